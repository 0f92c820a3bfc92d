"""What is withheld of a row that is somebody's: ids of other customers, keys of other records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dagster_project.lib.privacy.access_tables import withhold


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)
    elif isinstance(value, str):
        yield value


OTHER = st.text("0123456789abcdef", min_size=32, max_size=32).map(lambda digits: f"c_{digits}")


@given(
    st.recursive(
        OTHER | st.text() | st.integers() | OTHER.map("crm/customers|customer|{}".format),
        lambda parts: st.lists(parts) | st.dictionaries(st.sampled_from(["a", "b"]), parts),
    ),
    OTHER,
)
def test_no_id_of_another_customer_passes_however_it_is_nested(value, own):
    told = withhold([value, own, f"see {own}"], frozenset({own}))
    assert told[1:] == [own, f"see {own}"]
    named = {name for text in _leaves(told) for name in re.findall(r"\bc_[0-9a-f]{32}\b", text)}
    assert named <= {own}
    assert not any(text.startswith("crm/customers|customer|") for text in _leaves(told[0]))
