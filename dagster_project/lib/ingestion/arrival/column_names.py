"""Names of columns: what a column without one is called, and whether a name may be shown.

In files without a header, and in JSON lines, a name can be a value of a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_VALUE = re.compile(r"@|\d{4}|^[\d\W_]+$")
_LONGEST = 60
OWN = "kindred: "
"""Begins the names of the columns that reading and unpivoting add; a file with such a name is refused."""


def may_show(name: str) -> bool:
    """Whether the name looks like one that somebody gave a column, not like an address, a number or a sentence."""
    return 0 < len(name) <= _LONGEST and name.isprintable() and not _VALUE.search(name)


def name_all(names: Sequence[str]) -> tuple[str, ...]:
    """The same names, with one made up for each blank one, which no other column has whatever the case."""
    taken = {name.lower() for name in names}

    def made(place: int) -> str:
        name = f"column {place} without a name"
        while name in taken:
            name = f"another {name}"
        return name

    return tuple(name or made(place) for place, name in enumerate(names, 1))
