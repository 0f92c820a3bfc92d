"""Deciding what a drafted contract says: table, dialect, renames, and what people should look at.

How it is written down belongs to writing; whether the file then loads is tried by trying.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.arrival.column_names import may_show
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts
from dagster_project.lib.ingestion.inference.choosing import choose
from dagster_project.lib.ingestion.inference.hints import consents_told, missing_told
from dagster_project.lib.ingestion.inference.marks import currency_of, number_marks, time_formats
from dagster_project.lib.ingestion.inference.matching import Columns, TableMatch
from dagster_project.lib.ingestion.inference.samples import read_sample
from dagster_project.lib.ingestion.inference.shapes import MOST, Shape

_PAIRS = {
    "consents/decisions": ("purpose", "status"),
    "context/observations": ("attribute", "value"),
    "crm/preferences": ("preference", "value"),
    "crm/surveys": ("question", "answer"),
    "enrichment/attributes": ("attribute", "value"),
}
"""Tables of names and values, which wide exports fill through `unpivot`."""


@dataclass(frozen=True)
class Draft:
    """A contract for one export, and what was thought about it. Holds names of columns, never values of rows."""

    source: str
    feed: str
    contract: dict[str, Any]
    """As it stands in the file, by its keys."""
    matched: TableMatch
    extra_columns: dict[str, str]
    """Columns that the table has no place for, with what their values look like."""
    columns_not_shown: int
    warnings: tuple[str, ...]


def draft_contract(path: Path, table: str | None, source: str | None, feed: str | None) -> Draft:
    """Draft a contract for the export at `path`.

    table: the canonical table where the user knows it. source, feed: the landing folder; what is not given is taken
    from the path or from the table. Raises KindredError where the file cannot be read or no table fits.
    """
    for name in (source, feed):
        if name is not None and not re.fullmatch(r"\w[\w-]*", name):
            raise KindredError(f"{name!r} is no name of a folder", "use letters, digits, _ and -")
    columns = Columns(read_sample(path))
    choice = choose(columns, table, path)
    best, warnings = choice.matched, list(choice.doubts)
    folder = _folder_of(path) or tuple(best.table.split("/"))
    source, feed = source or folder[0], feed or folder[1]
    contract: dict[str, Any] = {
        "table": best.table,
        "format": choice.format,
        "dialect": _dialect(columns, best, warnings),
        "rename": _rename(columns, best),
    }
    missing = _fill_missing(contract, columns, best, source, is_asked=table is not None)
    warnings += [missing_told(columns, best, name) for name in missing]
    warnings += consents_told(columns, best)
    has_rest = choice.format is None and "unpivot" not in contract
    beyond = [name for name in columns.sample.columns if has_rest and name not in best.matches]
    return Draft(
        source,
        feed,
        {key: value for key, value in contract.items() if value},
        best,
        {name: _look_of(columns, name) for name in beyond if may_show(name)},
        sum(not may_show(name) for name in beyond),
        tuple(warnings),
    )


def _rename(columns: Columns, best: TableMatch) -> dict[str, str]:
    """Columns with other names than the canonical ones; case matters in JSON alone."""
    named = {
        name: name if columns.sample.container == "jsonl" else name.lower() for name in columns.sample.columns
    }
    return {
        name: best.matches[name].column
        for name in named
        if name in best.matches and best.matches[name].column != named[name]
    }


def _dialect(columns: Columns, best: TableMatch, warnings: list[str]) -> dict[str, Any]:
    sample, base = columns.sample, canonical_contracts()[best.table]
    dialect: dict[str, Any] = dict(sample.dialect)
    if sample.encoding != "utf-8":
        dialect["encoding"] = sample.encoding
    if sample.is_encoding_guessed:
        warnings.append(
            f"the encoding {sample.encoding} is guessed; look at names with accents after the first night"
        )
    return dialect | number_marks(columns, best, warnings) | time_formats(columns, best, base, warnings)


def _folder_of(path: Path) -> tuple[str, str] | None:
    """Source and feed of a file that lies in landing already."""
    parts = path.absolute().parts
    if "landing" in parts[:-3]:
        place = len(parts) - 1 - parts[::-1].index("landing")
        if place + 3 < len(parts):
            return parts[place + 1], parts[place + 2]
    return None


def _fill_missing(
    contract: dict[str, Any], columns: Columns, best: TableMatch, source: str, *, is_asked: bool
) -> list[str]:
    """Complete the contract of a wide export of a table of names and values; returns what is still missing."""
    pair = _PAIRS.get(best.table)
    missing = list(best.missing)
    if is_asked and pair and set(pair) <= set(missing):
        beyond = [name for name in columns.sample.columns if name not in best.matches and may_show(name)]
        yes_or_no = [
            name for name in beyond if columns.shapes[name].boolean >= MOST and columns.shapes[name].values
        ]
        chosen = yes_or_no if best.table == "consents/decisions" and yes_or_no else "others"
        if beyond:
            contract["unpivot"] = {"columns": chosen, "name": pair[0], "value": pair[1]}
            missing = [name for name in missing if name not in pair]
    if "provider" in missing:
        contract["columns"] = {"provider": {"default": source}}
        missing.remove("provider")
    known = {column.name for column in canonical_contracts()[best.table].columns}
    if "currency" in known - {match.column for match in best.matches.values()} and (
        currency := currency_of(columns, best)
    ):
        contract["columns"] = {"currency": {"default": currency}}
    return missing


def _look_of(columns: Columns, name: str) -> str:
    shape: Shape = columns.shapes[name]
    looks = {
        "empty": not shape.values,
        "e-mail addresses: direct personal data": shape.email >= MOST,
        "numbers": shape.number >= MOST,
        "true or false": shape.boolean >= MOST,
        "times": bool(shape.values) and columns.times(name) is not None,
        "telephone numbers: direct personal data": shape.phone >= MOST,
    }
    return next((look for look, is_so in looks.items() if is_so), "text")
