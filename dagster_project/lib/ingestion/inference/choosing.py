"""Which canonical table an export fills, and whether it is of a layout that is known by name."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.contract_files.rules import suggest
from dagster_project.lib.ingestion.contracts.contract import Contract
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.inference.matching import Columns, TableMatch, match_table, match_tables
from dagster_project.lib.ingestion.inference.names import SAME
from dagster_project.lib.ingestion.reading.formats import FORMATS
from dagster_project.lib.ingestion.reading.layouts import Layout

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
    layout = _find_layout(columns, best, table)
    if layout is not None and layout.columns > len(best.matches):
        told = f"its columns are those of {layout.format} exports; leave `format:` out where it is none"
        return Choice(TableMatch(layout.table, {}, []), layout.format, (told,))
    doubts = (
        [f"if it is an export of {layout.format}, `format: {layout.format}` says the rest"] if layout else []
    )
    if others and best.score < _LEAST and (best.missing or len(best.matches) < len(columns.sample.columns)):
        nearest = next((match for match in (best, *others) if match.matches), None)
        told = f"; nearest is {nearest.table}, {_what_speaks_against(nearest)}" if nearest else ""
        raise KindredError(
            f"{path}: no canonical table fits its columns{told}", f"name one with --table: {', '.join(known)}"
        )
    if others and best.score - others[0].score < _CLEAR:
        doubts.append(
            f"the table is a guess: {others[0].table} fits nearly as well; name the right one with --table"
        )
    return Choice(best, None, tuple(doubts))


def _what_speaks_against(match: TableMatch) -> str:
    lacking = ", ".join(match.missing)
    return f"for which it lacks {lacking}" if lacking else f"which knows {len(match.matches)} of its columns"


@dataclass(frozen=True)
class _Layout:
    """A known layout that an export could be of."""

    format: str
    table: str
    columns: int
    """How many columns of the export it has a use for."""


def _find_layout(columns: Columns, best: TableMatch, table: str | None) -> _Layout | None:
    """The one known layout that has a use for most of the columns, unless half of them have canonical names.

    JSON lines have names of their own in each line, so their layout is not looked for.
    """
    sample = columns.sample
    canonical = [match for match in best.matches.values() if match.score == SAME]
    if sample.container == "jsonl" or 2 * len(canonical) >= len(sample.columns):
        return None
    layout = Layout(sample.container, tuple(sample.columns), ("VARCHAR",) * len(sample.columns))
    fitting = []
    for name, export in FORMATS.items():
        for filled in sorted(export.tables) if table is None else export.tables & {table}:
            contract = Contract(table=filled, format=name)  # type: ignore[arg-type]
            feed = Feed(source="a", name="draft", contract=contract, contract_hash="")
            if sample.container in export.containers:
                with suppress(FileFaultError):
                    export.check(layout, feed)
                    fitting.append(_Layout(name, filled, len(export.uses(layout, feed))))
    fitting.sort(key=lambda one: one.columns, reverse=True)
    is_clear = len(fitting) == 1 or (len(fitting) > 1 and fitting[0].columns > fitting[1].columns)
    return fitting[0] if is_clear else None
