"""Whether a column's name may be shown: in files without a header, and in JSON lines, it can be a value of a person."""

from __future__ import annotations

import re

_VALUE = re.compile(r"@|\d{4}|^[\d\W_]+$")
_LONGEST = 60


def may_show(name: str) -> bool:
    """Whether the name looks like one that somebody gave a column, not like an address, a number or a sentence."""
    return 0 < len(name) <= _LONGEST and name.isprintable() and not _VALUE.search(name)
