"""A warehouse of which only memberships and their history are computed, by the project's own SQL, of given conditions.

Belongs here: nights in which customers meet conditions as a test says. Does not belong here: what has to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from night_copies import copies_of

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.project import load_parsed, run_dbt
from dagster_project.lib.transformation.increments import begin_build, finish_build, forget_finished_build

VIEWS = (
    "stg_operations__current_night",
    "stg_operations__segment_history",
    "stg_operations__segment_nights",
    "stg_operations__segment_performance",
    "int_segment_stays_recorded",
    "int_segment_members_permitted",
)
TABLES = (
    "int_segments_counted",
    "int_segment_members_ranked",
    "int_segments_sized",
    "int_segment_members_settled",
    "segment_memberships",
    "segments",
    "segment_overlaps",
    "segment_history",
    "segment_events",
    "segment_performance",
)
GIVEN = """
create schema staging; create schema intermediate; create schema marts; create schema segments;
create schema activation;
create table intermediate.int_records_registered (
    record_key varchar, record_number bigint, heir_key varchar, customer_id varchar, has_named_customer boolean,
    is_there boolean
);
create table segments.int_segments_defined (
    segment varchar, label varchar, description varchar, priority integer, exclusive_group varchar,
    minimum_size integer, content_strategy varchar
);
create table segments.int_segment_conditions_met (customer_id varchar, segment varchar, entered_at timestamp);
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar);
create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar);
create table marts.dim_customers (customer_id varchar);
create table marts.customer_features (customer_id varchar, orders_30_days integer, revenue_30_days double);
create table marts.fct_email_events (customer_id varchar, event_name varchar, occurred_at timestamp);
"""
BEGIN = datetime(2026, 1, 1)


@dataclass(frozen=True)
class Definition:
    """What a segment's file says."""

    priority: int = 1
    group: str | None = None
    minimum_size: int = 1


Definitions = Mapping[str, Definition]
Members = Mapping[tuple[str, str], float]
"""(customer, segment) -> the day on which the condition became true."""


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


class Nights:
    """One warehouse, night after night. `now` counts days and is the next night's instant."""

    def __init__(self, database: Path, statements: Sequence[str]) -> None:
        self.connection = warehouse.connect(database)
        self.statements = statements
        self.now = 0
        self.runs = 0

    def night(
        self,
        members: Members,
        definitions: Definitions,
        *,
        on: int | None = None,
        ends: bool = True,
        customers: str = "abcdef",
        aliases: Mapping[str, str] | None = None,
        against: str = "",
    ) -> None:
        """See these conditions met. A night that does not end leaves its tables and is forgotten.

        on: the night's day, one after the last where nothing else is said. aliases: id -> the id it is part of now.
        against: customers who deny personalization.
        """
        if on is None:
            self.now += 1
        self.runs += 1
        instant = day(self.now if on is None else on)
        self._give("segments.int_segments_defined", [
            (name, name, "", one.priority, one.group, one.minimum_size, "") for name, one in definitions.items()
        ])  # fmt: skip
        met = [(who, segment, day(since)) for (who, segment), since in members.items()]
        self._give("segments.int_segment_conditions_met", met)
        self._give("marts.customer_consents", [(who, "personalization", "denied") for who in against])
        self._give("marts.customer_id_aliases", list((aliases or {}).items()))
        self._give("marts.dim_customers", [(who,) for who in customers if who not in (aliases or {})])
        warehouse.begin_night(self.connection, f"run {self.runs}", instant, day(10_000 + self.runs))
        increment = begin_build(self.connection, "code")
        with warehouse.transaction(self.connection):
            for statement in self.statements:
                self.connection.execute(statement)
        if ends:
            finish_build(self.connection, increment)
        else:
            forget_finished_build(self.connection)

    def _give(self, table: str, rows: Sequence[tuple]) -> None:
        self.connection.execute(f"delete from {table}")
        for row in rows:
            self.connection.execute(f"insert into {table} values ({', '.join('?' for _ in row)})", row)

    def ask(self, query: str, *values: object) -> list[tuple]:
        return self.connection.execute(query, values).fetchall()

    def members(self) -> set[tuple[str, str]]:
        """Who is in which segment tonight."""
        return set(self.ask("select customer_id, segment from activation.segment_memberships"))

    def members_on(self, moment: datetime) -> set[tuple[str, str]]:
        """The same of a past moment, by the history alone."""
        query = """
            select customer_id, segment from activation.segment_history
            where entered_at <= ? and (exited_at is null or exited_at > ?)
        """
        return set(self.ask(query, moment, moment))

    def history(self) -> list[tuple]:
        return self.ask("from activation.segment_history order by all")

    def events(self) -> list[tuple]:
        """customer_id, segment, event, day, reason"""
        query = "select customer_id, segment, event, occurred_at, reason from activation.segment_events order by all"
        return [(*row[:3], (row[3] - BEGIN) / timedelta(days=1), row[4]) for row in self.ask(query)]

    def kept(self) -> list[list[tuple]]:
        """What is kept for nights to come, without the runs that wrote it."""
        return [
            self.ask("from operations.segment_history order by all"),
            self.ask("from operations.segment_nights order by all"),
            self.ask("select * exclude (run_id) from operations.segment_performance order by all"),
        ]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A warehouse before its first night, and the statements that make its tables anew."""
    outcome = run_dbt(
        ["compile", "--select", *VIEWS, *TABLES],
        tmp_path_factory.mktemp("compiled") / "kindred.duckdb",
        load_parsed(),
    )
    nodes: list[Any] = [result.node for result in outcome.result.results]  # type: ignore[union-attr]
    compiled = {node.name: node for node in nodes}

    def statement(name: str, kind: str) -> str:
        return f"create or replace {kind} {compiled[name].relation_name} as {compiled[name].compiled_code}"

    database = tmp_path_factory.mktemp("template") / "kindred.duckdb"
    with warehouse.connect(database) as connection:
        create_tables(connection)
        warehouse.begin_night(connection, "none", BEGIN, BEGIN)
        begin_build(connection, "code")
        connection.execute(GIVEN)
        for name in VIEWS:
            connection.execute(statement(name, "view"))
    return database, [statement(name, "table") for name in TABLES]


@pytest.fixture(scope="session")
def new_nights(
    template: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Nights]:
    """As many warehouses as a property needs."""
    database, statements = template
    return copies_of(database, lambda copy: Nights(copy, statements), tmp_path_factory)
