"""What must hold of every ranked list, whoever it is for."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.expectations.expectation import Expectation

from expectations.common import always_filled, finite_numbers, no_groups, unique_together


def ranked_lists(*key: str, item: str) -> Sequence[Expectation]:
    """Block lists whose ranks do not run from 1 without gaps, that hold an item twice or have no finite scores.

    key: the columns that name a list.
    """
    with_gaps = f"""
        select 1 as has_gap from {{batch}} group by {", ".join(key)}
        having min(rank) <> 1 or max(rank) <> count(*) limit 1000
    """
    return [
        *always_filled(*key, "rank", item, "score"),
        *unique_together(*key, "rank"),
        *unique_together(*key, item),
        *no_groups(with_gaps, "rank", "ranks of a list run from 1 without gaps"),
        *finite_numbers("score"),
    ]
