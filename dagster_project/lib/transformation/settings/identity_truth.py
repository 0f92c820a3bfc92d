"""Which records are known to be one person: `identity_truth.csv` of the config folder, written where models see it.

Nobody is matched by it: it only measures how well records are matched. What does decide is in `identity_decisions`.
Messages name line and column and never a record, whose id may be an address.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from dagster_project.lib.common.csv_files import open_csv
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import transaction

FILE = "identity_truth.csv"
TABLE = "operations.identity_truth"


def load_identity_truth(config_dir: Path) -> dict[str, str]:
    """Read `identity_truth.csv`: record key -> person, a name of any kind; no file means that nothing is known.

    KindredError names file, line, column and remedy.
    """
    path = config_dir / FILE
    if not path.exists():
        return {}
    with open_csv(path, ("record_key", "person")) as reader:
        return _read(reader, path)


def _read(reader: csv.DictReader, path: Path) -> dict[str, str]:
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
        connection.execute(f"create or replace table {TABLE} (record_key varchar, person varchar)")
        connection.execute(
            f"insert into {TABLE} select unnest(?::varchar[]), unnest(?::varchar[])",
            [list(persons), list(persons.values())],
        )
