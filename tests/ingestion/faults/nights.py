"""A night over files with known faults: what ingestion wrote down, and whether it agrees with what was written."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
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


def night_over(shop, delivered: Mapping[Hashable, Delivered]) -> Night:
    """Ingest what lies in the shop's landing and look up what became of it."""
    shop.ingest()
    by_path: dict[str, dict[str, list[tuple]]] = {}
    for table in ("rejected_rows", "nulled_values"):
        raw = "raw_row" if table == "rejected_rows" else "raw_value"
        found = shop.rows(f"select file_path, row_number, column_name, reason, {raw} from quality.{table}")
        by_path[table] = {
            path: [row[1:] for row in found if row[0] == path] for path in {row[0] for row in found}
        }
    counts: dict[str, int] = {}
    for table in TABLES:
        counts |= dict(shop.rows(f"""
            select file_path, count(*) from raw.{table.replace("/", "_")}
            join quality.ingested_files on file_id = _file_id group by 1
        """))  # fmt: skip
    reasons = dict(shop.rows("select file_path, reason from quality.ingested_files where reason is not null"))
    return Night(
        delivered, shop.ledger(), reasons, counts, by_path["rejected_rows"], by_path["nulled_values"]
    )


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
