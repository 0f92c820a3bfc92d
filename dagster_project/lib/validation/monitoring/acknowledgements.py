"""Anomalies that somebody knows of: `acknowledged_anomalies.csv` of the config folder.

An acknowledged anomaly is recorded like any other and alerts nobody, up to the end of its last day.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dagster_project.lib.common.csv_files import open_csv
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.validation.monitoring.kinds import KINDS, Anomaly

FILE = "acknowledged_anomalies.csv"
_REQUIRED = ("kind", "table", "reason", "until", "by")
_COLUMNS = ("kind", "table", "column", "reason", "until", "by")


@dataclass(frozen=True)
class Acknowledgement:
    """One line of the file."""

    kind: str
    table_name: str
    """schema.table, or source/feed."""
    column_name: str | None
    """None for the table itself and each of its columns."""
    reason: str
    until: date
    """The last day on which it holds."""
    by: str

    def covers(self, anomaly: Anomaly, day: date) -> bool:
        """Whether it says of the anomaly, on this day, that somebody knows."""
        return (
            day <= self.until
            and (self.kind, self.table_name) == (anomaly.kind, anomaly.table_name)
            and self.column_name in (None, anomaly.column_name)
        )


def load_acknowledgements(config_dir: Path) -> list[Acknowledgement]:
    """Read `acknowledged_anomalies.csv`; no file means none. KindredError names file, line, column and remedy."""
    path = config_dir / FILE
    if not path.exists():
        return []
    with open_csv(path, _REQUIRED, ["column"]) as reader:
        unknown = [name for name in reader.fieldnames or () if name not in _COLUMNS]
        if unknown:
            raise KindredError(
                f"{path} line 1: a column that means nothing: {', '.join(unknown)}",
                f"name columns of {', '.join(_COLUMNS)}",
            )
        return list(_read(reader, path))


def find_acknowledgement(
    anomaly: Anomaly, acknowledgements: Collection[Acknowledgement], day: date
) -> Acknowledgement | None:
    """The one that holds longest of those that cover the anomaly on this day."""
    covering = [one for one in acknowledgements if one.covers(anomaly, day)]
    return max(covering, key=lambda one: one.until, default=None)


def _read(reader: csv.DictReader, path: Path) -> Iterable[Acknowledgement]:
    for row in reader:
        where = f"{path} line {reader.line_num}"
        given = {name: text.strip() for name, text in row.items() if name and text and text.strip()}
        if not given:
            continue
        if None in row:
            raise KindredError(
                f"{where}: more values than columns", "put a reason with commas in double quotes"
            )
        for name in _REQUIRED:
            if name not in given:
                raise KindredError(
                    f"{where}, column {name}: nothing is there", "write it, or remove the line"
                )
        if given["kind"] not in KINDS:
            raise KindredError(f"{where}, column kind: unknown kind", f"write one of {', '.join(KINDS)}")
        yield Acknowledgement(
            given["kind"],
            given["table"],
            given.get("column"),
            given["reason"],
            _day(given["until"], where),
            given["by"],
        )


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise KindredError(f"{where}, column until: no ISO date", "write it as 2026-01-31") from None
