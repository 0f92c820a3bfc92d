"""Who shall not be addressed, whatever exports say: `suppressions.csv` of the config folder, read and written where
models see it.

Messages name line and column and never what stands there, which is somebody's address.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd

from dagster_project.lib.common.csv_files import open_csv
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.privacy.privacy_settings import UndecidedConsents

FILE = "suppressions.csv"
TABLE = "operations.suppressions"
PURPOSES = tuple(UndecidedConsents.model_fields)
UNLESS_NAMED = ("marketing_email", "advertising")
"""What a line denies that names no purpose."""
FROM_EVER = datetime(1970, 1, 1)
"""When a line was decided that does not say it."""
_WHOM = ("email", "phone", "customer")
_COLUMNS = (*_WHOM, "purpose", "reason", "decided_at", "until")
# what staging makes something of, by the macros normalized_email and normalized_phone
_DIGEST = re.compile(r"(sha256:)?[0-9a-f]{32,64}", re.IGNORECASE)
_ADDRESS = re.compile(r"(mailto:)?[^@\s]+@[^@\s]+", re.IGNORECASE)
_NO_DIGITS = re.compile(r"(\s*(x|ext).*|\.0)$|\(0\)|[^0-9]")


@dataclass(frozen=True)
class Suppression:
    """One line and purpose: denied to whoever has the address, the number or the record, whichever are there."""

    line: int
    """Of the file, counted from 1."""
    email: str | None
    phone: str | None
    record_key: str | None
    """feed|kind|id"""
    purpose: str
    reason: str | None
    decided_at: datetime
    """UTC without zone."""
    until: date | None
    """The last day on which it holds; None for good."""

    def holds_at(self, moment: datetime) -> bool:
        """Whether it does at a moment (UTC, naive), as the models say of the night's."""
        return self.decided_at <= moment and (self.until is None or self.until >= moment.date())


def load_suppressions(config_dir: Path) -> list[Suppression]:
    """Read `suppressions.csv`, one a line and purpose; no file means none.

    KindredError names file, line, column and remedy.
    """
    path = config_dir / FILE
    if not path.exists():
        return []
    with open_csv(path, (), _COLUMNS) as reader:
        unknown = [name for name in reader.fieldnames or () if name not in _COLUMNS]
        if unknown or not set(_WHOM) & set(reader.fieldnames or ()):
            raise KindredError(
                f"{path} line 1: {'a column that means nothing' if unknown else 'no column says who is meant'}",
                f"name columns of {', '.join(_COLUMNS)}, separated by commas",
            )
        return list(_read(reader, path))


def write_suppressions(connection: duckdb.DuckDBPyConnection, suppressions: list[Suppression]) -> None:
    """Make operations.suppressions hold these, one row each."""
    with transaction(connection):
        connection.execute(f"""
            create or replace table {TABLE} (
                line integer, email varchar, phone varchar, record_key varchar, purpose varchar, reason varchar,
                decided_at timestamp, until_date date
            )
        """)
        if suppressions:
            # a list of another tool may be long, and a statement a row takes minutes for it
            listed = pd.DataFrame([vars(suppression) for suppression in suppressions])
            connection.register("listed_suppressions", listed)
            connection.execute(f"insert into {TABLE} from listed_suppressions")
            connection.unregister("listed_suppressions")


def _read(reader: csv.DictReader, path: Path) -> Iterable[Suppression]:
    for row in reader:
        given = {name: text.strip() for name, text in row.items() if name and text and text.strip()}
        if given:
            yield from _suppressions(given, reader.line_num, f"{path} line {reader.line_num}")


def _suppressions(row: dict[str, str], line: int, where: str) -> Iterable[Suppression]:
    if not row.keys() & set(_WHOM):
        raise KindredError(f"{where}: nobody is named", "write an email, a phone or a customer")
    email, phone, record = (row.get(name) for name in _WHOM)
    if email and not (_ADDRESS.fullmatch(email) or _DIGEST.fullmatch(email)):
        raise KindredError(f"{where}, column email: no address", "write it as ann@shop.example")
    if phone and not (_DIGEST.fullmatch(phone) or _is_number(phone)):
        raise KindredError(f"{where}, column phone: no telephone number", "write it as +49 30 1234567")
    if record and not re.fullmatch(r"[^|]+/[^|]+\|[^|]+\|.+", record):
        raise KindredError(
            f"{where}, column customer: this is no record",
            "write feed|kind|id, such as crm/customers|customer|4711",
        )
    purpose = row.get("purpose", "").lower()
    if purpose and purpose not in PURPOSES:
        raise KindredError(
            f"{where}, column purpose: unknown purpose",
            f"write one of {', '.join(PURPOSES)}, or nothing for {' and '.join(UNLESS_NAMED)}",
        )
    decided_at, until = _time(row.get("decided_at"), where), _day(row.get("until"), where)
    for denied in (purpose,) if purpose else UNLESS_NAMED:
        yield Suppression(line, email, phone, record, denied, row.get("reason"), decided_at, until)


def _is_number(phone: str) -> bool:
    digits = _NO_DIGITS.sub("", phone.lower()).removeprefix("00")
    return 7 <= len(digits) <= 15 and len(set(digits)) > 1


def _time(text: str | None, where: str) -> datetime:
    if text is None:
        return FROM_EVER
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        raise KindredError(
            f"{where}, column decided_at: no ISO time", "write it as 2026-01-31 or 2026-01-31T12:00:00"
        ) from None


def _day(text: str | None, where: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise KindredError(f"{where}, column until: no ISO date", "write it as 2026-01-31") from None
