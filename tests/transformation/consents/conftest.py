"""A warehouse of which only consents are computed, by the project's own SQL and from given identities.

Belongs here: decisions of all kinds as ingestion leaves them, and nights over them. Does not belong here: what has to
hold of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from night_copies import copies_of

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.privacy.held_consents import QUESTION
from dagster_project.lib.privacy.privacy_settings import PrivacySettings, write_privacy_settings
from dagster_project.lib.privacy.suppressions import Suppression, write_suppressions
from dagster_project.lib.transformation.dbt_project.compiled import compile_nodes, read_analyses

MODELS = (
    "stg_operations__current_night", "stg_operations__ingested_files", "stg_operations__undecided_consents",
    "stg_operations__suppressions", "stg_consents__decisions", "stg_privacy__requests", "stg_email__events",
    "int_email_events_deduplicated", "int_consent_suppressions_listed", "int_consent_decisions_collected",
    "int_consent_decisions_carried", "int_consent_decisions_resolved", "customer_consent_history",
    "customer_consents",
)  # fmt: skip
GIVEN = """
create schema staging; create schema intermediate; create schema marts;
create table intermediate.int_identifiers_collected (
    record_key varchar, namespace varchar, identifier_value varchar, match_key varchar
);
create table intermediate.int_records_resolved (record_key varchar, customer_id varchar);
create table intermediate.int_visitors_shared (record_key varchar);
create view marts.dim_customers as
select distinct customer_id, true as is_known from intermediate.int_records_resolved;
"""
Identifier = tuple[str, str]
"""Namespace and value, as int_identifiers_collected has it."""


class ConsentNights:
    """One warehouse, night after night over the same exports."""

    def __init__(self, database: Path, statements: Sequence[str]) -> None:
        self.connection = warehouse.connect(database)
        self.statements = statements

    def land(self, table: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Rows of a raw table; `_file_id` is theirs to say."""
        for number, row in enumerate(rows, start=1):
            full = {"_feed": "f", "_row_number": number, **row}
            marks = ", ".join("?" for _ in full)
            self.connection.execute(
                f"insert into raw.{table} ({', '.join(full)}) values ({marks})", list(full.values())
            )

    def suppress(self, suppressions: Iterable[Suppression]) -> None:
        """What suppressions.csv says."""
        write_suppressions(self.connection, list(suppressions))

    def arrive(self, files: Mapping[int, datetime]) -> None:
        """When each file was read."""
        for file_id, at in files.items():
            self.connection.execute(
                "insert into quality.ingested_files (file_id, content_hash, status, ingested_at)"
                " values (?, ?, 'loaded', ?)",
                [file_id, str(file_id), at],
            )

    def night(
        self, customers: Mapping[str, str], identifiers: Mapping[str, Sequence[Identifier]], as_of: datetime
    ) -> None:
        """Compute everything. customers: record -> customer_id. identifiers: record -> what it carries."""
        carried = [(record, *each, each[1]) for record, own in identifiers.items() for each in own]
        with warehouse.transaction(self.connection):
            for table in ("int_identifiers_collected", "int_records_resolved"):
                self.connection.execute(f"delete from intermediate.{table}")
            self._insert("intermediate.int_identifiers_collected", carried)
            self._insert("intermediate.int_records_resolved", list(customers.items()))
        warehouse.begin_night(self.connection, "run", as_of, as_of)
        with warehouse.transaction(self.connection):
            for statement in self.statements:
                self.connection.execute(statement)

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """All at once: a statement a row would be most of a test's time."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.connection.execute(
            f"insert into {table} select {', '.join('unnest(?)' for _ in columns)}", columns
        )

    def now(self) -> dict[tuple[str, str], tuple[object, ...]]:
        """What marts.customer_consents says: (customer, purpose) -> status, is_default, decided_at."""
        return _by_purpose(self.connection.execute("from marts.customer_consents").fetchall())

    def then(
        self, times: Mapping[str, tuple[datetime, datetime]]
    ) -> dict[tuple[str, str], tuple[object, ...]]:
        """The same of each customer at a time by what was known at another."""
        self.connection.execute(
            "create or replace temp table asked_customers"
            " (customer_id varchar, held_at timestamp, known_at timestamp)"
        )
        self._insert("asked_customers", [(name, *pair) for name, pair in times.items()])
        return _by_purpose(
            self.connection.execute(
                f"select customer_id, purpose, status, is_default, decided_at from ({read_analyses()[QUESTION]})"
            ).fetchall()
        )


def _by_purpose(rows: Iterable[Sequence[Any]]) -> dict[tuple[str, str], tuple[object, ...]]:
    return {(customer, purpose): tuple(rest) for customer, purpose, *rest in rows}


@pytest.fixture(scope="session")
def new_consent_nights(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], ConsentNights]:
    """As many warehouses before their first night as a property needs."""
    compiled = {node.name: node for node in compile_nodes(*MODELS)}
    statements = [
        f"create or replace {'view' if node.config.materialized == 'view' else 'table'} {node.relation_name}"
        f" as {node.compiled_code}"
        for node in (compiled[name] for name in MODELS)
    ]
    database = tmp_path_factory.mktemp("consents") / "kindred.duckdb"
    with warehouse.connect(database) as connection:
        create_tables(connection)
        write_privacy_settings(connection, PrivacySettings())
        write_suppressions(connection, [])
        connection.execute(GIVEN)
    return copies_of(database, lambda copy: ConsentNights(copy, statements), tmp_path_factory)
