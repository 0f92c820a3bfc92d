"""A night over files with known faults: what ingestion wrote down, and whether it agrees with what was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faults.exports import Finding
from faults.table import TABLES, Delivered


@dataclass(frozen=True)
class Night:
    """What a night made of the files, by their paths."""

    delivered: Mapping[Any, Delivered]
    ledger: dict[str, tuple]
    reasons: dict[str, str]
    rows: dict[str, int]
    rejected: dict[str, list[tuple]]
    nulled: dict[str, list[tuple]]


def night_over(shop, delivered: Mapping[Hashable, Delivered], moving: Collection[Path] = ()) -> Night:
    """Ingest what lies in the shop's landing and look up what became of it."""
    shop.ingest(moving)
    return read_night(shop.rows, delivered)


def read_night(ask: Callable[[str], list[tuple]], delivered: Mapping[Hashable, Delivered]) -> Night:
    """What stands in a warehouse. ask: gives the rows of a query."""
    by_path: dict[str, dict[str, list[tuple]]] = {"rejected_rows": {}, "nulled_values": {}}
    for table, raw in (("rejected_rows", "raw_row"), ("nulled_values", "raw_value")):
        query = f"select file_path, row_number, column_name, reason, {raw} from quality.{table}"
        for path, *row in ask(query):
            by_path[table].setdefault(path, []).append(tuple(row))
    counts: dict[str, int] = {}
    for table in TABLES:
        counts |= dict(ask(f"""
            select file_path, count(*) from raw.{table.replace("/", "_")}
            join quality.ingested_files on file_id = _file_id group by 1
        """))  # fmt: skip
    entries = ask("""
        select file_path, status, rows_in, rows_loaded, rows_rejected, reason from quality.ingested_files
        order by file_id
    """)
    ledger = {path: tuple(rest[:-1]) for path, *rest in entries}
    reasons = {path: rest[-1] for path, *rest in entries if rest[-1]}
    return Night(delivered, ledger, reasons, counts, by_path["rejected_rows"], by_path["nulled_values"])


def check(night: Night, file: Delivered) -> None:
    """The ledger, the raw table and the quarantine agree with what was written into the file."""
    assert night.ledger.get(file.path) == file.entry
    assert night.rows.get(file.path, 0) == (file.entry[2] if file.entry else 0)
    if file.reason:
        assert re.search(file.reason, night.reasons[file.path]), night.reasons[file.path]
    for is_rejected, found in ((True, night.rejected), (False, night.nulled)):
        expected = {f.row_number: f for f in file.findings if f.is_rejected == is_rejected}
        if file.entry and file.entry[3] and not file.findings:
            continue
        assert sorted(row[0] for row in found.get(file.path, [])) == sorted(expected)
        for row in found.get(file.path, []):
            _check_finding(expected[row[0]], *row[1:])


def _check_finding(expected: Finding, column: str | None, reason: str, raw: str | None) -> None:
    assert column == expected.column
    assert re.search(expected.reason, reason), reason
    assert raw
    if not expected.is_rejected and expected.raw_value is not None:
        assert raw == expected.raw_value.strip()
