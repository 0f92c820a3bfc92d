"""The privacy audit of a warehouse: of which class each column is, is gathered here from contracts and from dbt.

Stages do not know each other. What is counted belongs to `lib/privacy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from dagster_project.lib.common.catalog import list_columns
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import count_tables, list_tables
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts, find_feeds, load_feed
from dagster_project.lib.ingestion.contracts.contract import Contract
from dagster_project.lib.ingestion.contracts.feeds import raw_table
from dagster_project.lib.privacy.audit import Audit, read_audit
from dagster_project.lib.privacy.privacy_settings import load_privacy_settings
from dagster_project.lib.transformation.dbt_project.personal_data import CLASSES, WITHHELD, class_of


def audit_warehouse(connection: duckdb.DuckDBPyConnection, landing: Path, config_dir: Path) -> Audit:
    """Audit the warehouse as the last night left it.

    landing, config_dir: where feeds and their contracts are. KindredError where no night has begun on the warehouse, or
    a contract is wrong.
    """
    if not count_tables(connection, ["operations.current_night"]).get("operations.current_night"):
        raise KindredError("the warehouse has seen no night", "run `kindred nightly`")
    return read_audit(
        connection,
        classify_columns(connection, landing, config_dir),
        load_privacy_settings(config_dir).retention,
    )


def classify_columns(
    connection: duckdb.DuckDBPyConnection, landing: Path, config_dir: Path
) -> dict[str, dict[str, str]]:
    """`schema.table` -> column -> its class, of every column of the warehouse of which anything says it.

    Columns as they arrived have the class of the strictest contract of their table's feeds. A table that neither names
    nor numbers anybody tells of nobody.
    """
    arrived = _classes_of_raw(landing, config_dir)
    schemas = {table.split(".")[0] for table in list_tables(connection)}
    classes = {
        table: {
            name: kind
            for name in columns
            if (kind := arrived.get(table, {}).get(name) or class_of(table, name)) is not None
        }
        for table, columns in list_columns(connection, schemas).items()
    }
    return {table: kinds for table, kinds in classes.items() if _tells_of_persons(kinds)}


def _tells_of_persons(kinds: Mapping[str, str]) -> bool:
    return any(
        kind in WITHHELD or (kind == "indirect" and name.endswith("_id")) for name, kind in kinds.items()
    )


def _classes_of_raw(landing: Path, config_dir: Path) -> dict[str, dict[str, str]]:
    """A folder without a contract is none of the audit's business: it may have come since the night began."""
    classes: dict[str, dict[str, str]] = {}
    feeds = [
        load_feed(folder, path, config_dir)
        for folder, path in find_feeds(landing, config_dir).items()
        if path is not None
    ]
    own = [(feed.table, feed.contract) for feed in feeds]
    for table, contract in [*canonical_contracts().items(), *own]:
        _add_stricter(classes.setdefault(raw_table(table), {}), contract)
    return classes


def _add_stricter(classes: dict[str, str], contract: Contract) -> None:
    for column in contract.columns:
        one, other = column.personal_data, classes.get(column.name, CLASSES[-1])
        classes[column.name] = min(one, other, key=CLASSES.index)
