"""Which canonical table an export fills, and whether it is of a layout that is known by name."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files import canonical_contracts
from dagster_project.lib.ingestion.contract_rules import suggest
from dagster_project.lib.ingestion.contracts import Contract, Feed
from dagster_project.lib.ingestion.formats import FORMATS
from dagster_project.lib.ingestion.headers import FileFaultError
from dagster_project.lib.ingestion.inference.matching import Columns, TableMatch, match_table, match_tables
from dagster_project.lib.ingestion.inference.names import SAME
from dagster_project.lib.ingestion.readers import Layout

_LEAST = 2.0
"""Below this score nothing speaks for a table but a column of an everyday name."""
_CLEAR = 1.0
"""Two tables that are nearer than this are told."""


@dataclass(frozen=True)
class Choice:
    """What an export is taken for."""

    matched: TableMatch
    """The table and its columns; none of them where a known layout says what they are."""
    format: str | None
    doubts: tuple[str, ...]


def choose(columns: Columns, table: str | None, path: Path) -> Choice:
    """The table that the user names or that fits best. KindredError where none fits."""
    known = canonical_contracts()
    if table is not None and table not in known:
        raise KindredError(
            f"there is no canonical table {table!r}{suggest(table, known)}",
            f"name one of: {', '.join(known)}",
        )
    best, *others = match_tables(columns) if table is None else [match_table(columns, table, known[table])]
    layout = _find_format(columns, best)
    if layout is not None and table in (None, *FORMATS[layout].tables):
        told = f"its columns are those of {layout} exports; leave `format:` out where it is none"
        return Choice(TableMatch(table or FORMATS[layout].default_table, {}, []), layout, (told,))
    if others and best.score < _LEAST and (best.missing or len(best.matches) < len(columns.sample.columns)):
        raise KindredError(
            f"{path}: no canonical table fits its columns", f"name one with --table: {', '.join(known)}"
        )
    if others and best.score - others[0].score < _CLEAR:
        told = f"the table is a guess: {others[0].table} fits nearly as well; name the right one with --table"
        return Choice(best, None, (told,))
    return Choice(best, None, ())


def _find_format(columns: Columns, best: TableMatch) -> str | None:
    """The one known layout that the columns are of, unless they have the canonical names already.

    JSON lines have names of their own in each line, so their layout is not looked for.
    """
    required = {column.name for column in canonical_contracts()[best.table].columns if column.required}
    if required <= {match.column for match in best.matches.values() if match.score == SAME}:
        return None
    sample = columns.sample
    layout = Layout(sample.container, tuple(sample.columns), ("VARCHAR",) * len(sample.columns))
    feed = Feed(source="a", name="draft", contract=Contract(), contract_hash="")
    fitting = []
    for name, export in FORMATS.items():
        if sample.container in export.containers and sample.container != "jsonl":
            with suppress(FileFaultError):
                export.check(layout, feed)
                fitting.append(name)
    return fitting[0] if len(fitting) == 1 else None
