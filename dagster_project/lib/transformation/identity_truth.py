"""Which records are known to be one person: `identity_truth.csv` of the config folder, written where models see it.

Nobody is matched by it: it only measures how well records are matched. What does decide is in `identity_decisions`.
Messages name line and column and never a record, whose id may be an address.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import transaction

FILE = "identity_truth.csv"
TABLE = "operations.identity_truth"
TABLES = f"create table if not exists {TABLE} (record_key varchar, person varchar);"


def load_identity_truth(config_dir: Path) -> dict[str, str]:
    """Read `identity_truth.csv`: record key -> person, a name of any kind; no file means that nothing is known.

    KindredError names file, line, column and remedy.
    """
    path = config_dir / FILE
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return _read(csv.DictReader(stream, strict=True), path)
    except UnicodeDecodeError:
        raise KindredError(f"{path} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise KindredError(f"{path} cannot be read ({error.strerror})", "make it readable") from None
    except csv.Error as error:
        raise KindredError(f"{path} is not valid CSV ({error})", "save it as CSV with commas") from None


def _read(reader: csv.DictReader, path: Path) -> dict[str, str]:
    missing = [name for name in ("record_key", "person") if name not in (reader.fieldnames or ())]
    if missing:
        raise KindredError(
            f"{path} line 1: no column {', '.join(missing)}",
            "begin with record_key,person and separate by commas",
        )
    persons: dict[str, str] = {}
    for row in reader:
        key, person = ((row[name] or "").strip() for name in ("record_key", "person"))
        if not key and not person:
            continue
        where = f"{path} line {reader.line_num}, column"
        if key.count("|") < 2:
            raise KindredError(
                f"{where} record_key: this is no record",
                "write feed|kind|id, such as crm/customers|customer|4711",
            )
        if not person:
            raise KindredError(f"{where} person: it is empty", "name the person, or remove the line")
        if persons.setdefault(key, person) != person:
            raise KindredError(
                f"{where} person: an earlier line names another person for this record",
                "remove one of the two",
            )
    return persons


def write_identity_truth(connection: duckdb.DuckDBPyConnection, persons: dict[str, str]) -> None:
    """Make operations.identity_truth hold these persons, one row a record."""
    with transaction(connection):
        connection.execute(TABLES)
        connection.execute(f"delete from {TABLE}")
        connection.execute(
            f"insert into {TABLE} select unnest(?::varchar[]), unnest(?::varchar[])",
            [list(persons), list(persons.values())],
        )
