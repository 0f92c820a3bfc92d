"""Which column of a file is which canonical column: the contract's `rename:`, then the name itself.

Names only; values are judged by casts.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats import format_of
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.unpivot import check_unpivoted, match_unpivoted


def match_columns(layout: Layout, feed: Feed) -> dict[str, str]:
    """Source column -> canonical column, by the contract's `rename:` and then by name.

    Case does not matter but in JSON lines, where each line has its own names.

    A known format makes canonical columns itself, so each is its own.

    Raises FileFaultError where a required column is missing and has no default; the text names the nearest column.
    """
    export = format_of(feed.contract)
    if export is not None:
        export.check(layout, feed)
        return {column.name: column.name for column in feed.contract.columns}
    rename = {theirs.lower(): ours for theirs, ours in feed.contract.rename.items()}
    canonical = {column.name: column for column in feed.contract.columns}
    unpivot = feed.contract.unpivot
    if layout.container == "jsonl":
        plain = {name: name for name in canonical if name not in rename.values()}
        named = dict(feed.contract.rename) | plain
        return match_unpivoted(named, unpivot) if unpivot else named
    matched: dict[str, str] = {}
    for name in layout.columns:
        ours = rename.get(name.lower(), name.lower())
        if ours in canonical and ours not in matched.values():
            matched[name] = ours
    if unpivot:
        matched = match_unpivoted(matched, unpivot)
    taken = set(matched.values())
    missing = [
        column.name
        for column in feed.contract.columns
        if column.required and column.name not in taken and column.default is None
    ]
    if missing:
        raise FileFaultError(
            f"the required column {', '.join(_as_told(name, feed) for name in missing)} is missing"
            + _nearest(
                [*missing, *(theirs for theirs, ours in feed.contract.rename.items() if ours in missing)],
                [name for name in layout.columns if name not in matched],
            )
            + f"; add it, or map your own column to it under `rename:` in contracts/{feed.folder}.yml"
        )
    if unpivot:
        check_unpivoted(layout, matched, feed, unpivot)
    return matched


def _as_told(name: str, feed: Feed) -> str:
    """With the export's own name for it, which its owner knows."""
    own = [theirs for theirs, ours in feed.contract.rename.items() if ours == name]
    return f"{name!r} (in this contract {' or '.join(map(repr, own))})" if own else repr(name)


def _nearest(wanted_names: Sequence[str], unused: Sequence[str]) -> str:
    """A hint at the mistake. Names no column that could be a value: a file without a header begins with a person."""
    if len(unused) == 1 and (other := next((mark for mark in ";\t|," if mark in unused[0]), None)):
        return f" (its header is one column: is `dialect: {{delimiter: {other!r}}}` missing in the contract?)"
    names = [name for name in unused if not re.search(r"[\d@]", name)]
    close = {name for wanted in wanted_names for name in difflib.get_close_matches(wanted, names, 1)}
    return f" (is it {', '.join(map(repr, sorted(close)))}?)" if close else ""
