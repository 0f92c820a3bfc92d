"""Withholding what a name or a reason may quote from somebody's data.

Reasons, file names and observed values are made to hold no personal data; a headerless export still has its first
person as column names, and a file may be named after an address. So the report shows less than the tables hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

WITHHELD = "[withheld]"
_ADDRESS = re.compile(r"[^\s@/'\"<>]+@[^\s@/'\"<>]+\.[^\W\d_]{2,}")
_NUMBERED = re.compile(r"[^\s@]{3,}(?=\S{0,2}\d)[0-9a-f]{3}")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


def mask_addresses(text: str) -> str:
    """Replace whatever looks like an e-mail address."""
    return _ADDRESS.sub(WITHHELD, text)


def mask_record(record_key: str) -> str:
    """Feed, kind and the end of an id: `crm/customers customer …231`.

    Of an id that is short or does not end like a number nothing is shown, since it may be a name or an address.
    """
    feed, kind, identifier = [*record_key.split("|", 2), "", ""][:3]
    ending = f"…{identifier[-3:]}" if _NUMBERED.fullmatch(identifier) else WITHHELD
    return f"{mask_addresses(feed)} {kind.replace('_', ' ')} {ending}"


def quote_masker(columns: Collection[str]) -> Callable[[str, str], str]:
    """Make a function (reason, file_path) that keeps of quoted text only names of `columns` and parts of the path."""
    known = {column.lower() for column in columns}

    def mask(reason: str, file_path: str) -> str:
        def keep(match: re.Match[str]) -> str:
            quoted = match.group()[1:-1]
            return match.group() if quoted.lower() in known or quoted in file_path else WITHHELD

        return mask_addresses(_QUOTED.sub(keep, reason))

    return mask
