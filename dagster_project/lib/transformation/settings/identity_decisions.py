"""What a person decided about pairs of records: `identity_decisions.csv` of the config folder, read and written where
models see it.

What holds for all records is in `identity_settings`. Messages name line and column and never a record, whose id may be
an address.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common.csv_files import open_csv
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import transaction

FILE = "identity_decisions.csv"
TABLE = "operations.identity_decisions"
KINDS = ("customer", "loyalty", "guest_order", "visitor", "user", "email")
_NEEDED = ("left_record", "right_record", "decision")
_OPTIONAL = ("decided_by", "decided_at", "note")
_DECISIONS = ("include", "exclude")


@dataclass(frozen=True)
class Decision:
    """Two records, the smaller key first, and whether they are one person (include) or not (exclude)."""

    line: int
    """Of the file, counted from 1."""
    left_record: str
    right_record: str
    decision: str
    decided_by: str | None
    decided_at: datetime | None
    """UTC without zone."""
    note: str | None


def load_identity_decisions(config_dir: Path) -> list[Decision]:
    """Read `identity_decisions.csv`, in the order of its pairs; no file means no decisions.

    Of several rows about a pair the one decided last holds, and one without a time is older than all others.
    KindredError names file, line, column and remedy.
    """
    path = config_dir / FILE
    if not path.exists():
        return []
    with open_csv(path, _NEEDED, _OPTIONAL) as reader:
        return _latest(_read(reader, path), path)


def write_identity_decisions(connection: duckdb.DuckDBPyConnection, decisions: list[Decision]) -> None:
    """Make operations.identity_decisions hold these decisions, one row a pair."""
    with transaction(connection):
        connection.execute(f"""
            create or replace table {TABLE} (
                line integer, left_record varchar, right_record varchar, decision varchar,
                decided_by varchar, decided_at timestamp, note varchar
            )
        """)
        if decisions:
            rows = [list(astuple(decision)) for decision in decisions]
            connection.executemany(f"insert into {TABLE} values (?, ?, ?, ?, ?, ?, ?)", rows)


def _read(reader: csv.DictReader, path: Path) -> Iterable[Decision]:
    """Each row that says something; a row that goes over several lines has the number of its last."""
    for row in reader:
        given = {name: text.strip() for name, text in row.items() if name and text and text.strip()}
        if given:
            yield _decision(given, reader.line_num, f"{path} line {reader.line_num}")


def _decision(row: dict[str, str], line: int, where: str) -> Decision:
    for name in ("left_record", "right_record"):
        parts = row.get(name, "").split("|", 2)
        if len(parts) != 3 or "/" not in parts[0] or parts[1] not in KINDS or not parts[2]:
            raise KindredError(
                f"{where}, column {name}: this is no record",
                f"write feed|kind|id, such as crm/customers|customer|4711; kinds are {', '.join(KINDS)}",
            )
    left, right = sorted((row["left_record"], row["right_record"]))
    if left == right:
        raise KindredError(
            f"{where}, column right_record: the same record as left_record", "name two records"
        )
    if row.get("decision", "").lower() not in _DECISIONS:
        raise KindredError(f"{where}, column decision: unknown decision", "write include or exclude")
    return Decision(
        line,
        left,
        right,
        row["decision"].lower(),
        row.get("decided_by"),
        _time(row.get("decided_at"), where),
        row.get("note"),
    )


def _time(text: str | None, where: str) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise KindredError(
            f"{where}, column decided_at: no ISO time", "write it as 2026-01-31 or 2026-01-31T12:00:00"
        ) from None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


def _latest(decisions: Iterable[Decision], path: Path) -> list[Decision]:
    by_pair: dict[tuple[str, str], list[Decision]] = {}
    for decision in decisions:
        by_pair.setdefault((decision.left_record, decision.right_record), []).append(decision)
    return [_latest_of_pair(by_pair[pair], path) for pair in sorted(by_pair)]


def _latest_of_pair(decisions: list[Decision], path: Path) -> Decision:
    last = max(decision.decided_at or datetime.min for decision in decisions)
    *others, latest = [decision for decision in decisions if (decision.decided_at or datetime.min) == last]
    for other in others:
        if other.decision != latest.decision:
            raise KindredError(
                f"{path} line {latest.line}, column decision: line {other.line} says the opposite of the same "
                "records at the same time",
                "remove one of the two, or give the one that holds a later decided_at",
            )
    return latest
