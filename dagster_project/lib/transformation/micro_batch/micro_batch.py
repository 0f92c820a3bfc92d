"""What came since the last build taken in by itself: facts, and the customers whom it is about, and nobody else.

Belongs here: the order of the steps. Who is who stays as the last night left it, but for newcomers; what compares
customers with each other, such as quintiles, stays too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.transformation.dbt_project.build import NodeResult, Part, build
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses
from dagster_project.lib.transformation.history import segment_history
from dagster_project.lib.transformation.increments import begin_build, finish_build, why_not_in_part
from dagster_project.lib.transformation.micro_batch.customers_anew import make_customers_anew
from dagster_project.lib.transformation.micro_batch.overlay import Written
from dagster_project.lib.transformation.micro_batch.provisional_ids import resolve_newcomers

_NO_VIEWS = ("config.materialized:view",)
_ARRIVED = ("+int_event_mentions_grouped", "+int_event_sessions_assigned", "+int_orders_converted")
"""What came, as far as it can be told without knowing whose it is."""
_EMAIL_FILES = """
select 1 from operations.changed_files inner join quality.ingested_files using (file_id)
where source = 'email' and source_table = 'events' limit 1
"""
_EMAIL = ("int_email_events_deduplicated", "fct_email_events")
_CONSENT_FILES = """
select 1 from operations.changed_files inner join quality.ingested_files using (file_id)
where canonical_table in ('consents/decisions', 'email/events', 'privacy/requests') limit 1
"""
_CARRIED = "int_consent_decisions_carried"
_CONSENTS = (_CARRIED, "int_consent_decisions_resolved")
_DECISION = "customer_id, purpose, status, is_final, decided_at"
"""What of a decision tells it from others; a file that repeats it changes nothing."""
_BEFORE = "operations.consents_before"
_FACTS = (
    "int_events_changed", "fct_events", "fct_sessions", "int_orders_changed", "int_event_order_lines_unpacked",
    "int_order_lines_unioned", "fct_orders", "fct_order_lines",
)  # fmt: skip

MADE_ANEW = "operations.customers_made_anew"
"""Added to here; whoever makes their lists takes them out."""


@dataclass(frozen=True)
class MicroBatch:
    """What was done: customers made anew, sorted, and rows written. why_not: why nothing was, and a night is needed."""

    customers: tuple[str, ...]
    written: dict[str, Written]
    why_not: str = ""

    @property
    def rows_removed(self) -> int:
        """Of all tables."""
        return sum(written.removed for written in self.written.values())

    @property
    def rows_added(self) -> int:
        """Of all tables."""
        return sum(written.added for written in self.written.values())


def take_in(database: Path, code: str) -> MicroBatch:
    """Take in what was loaded since the last build, as of the night's instant.

    database: the warehouse's file, open nowhere else. code: as for begin_build. Raises RuntimeError where a model
    fails; the next night then makes everything anew.
    """
    with warehouse.connect(database) as connection:
        why_not = why_not_in_part(connection, code)
        if why_not:
            return MicroBatch((), {}, why_not)
        increment = begin_build(connection, code)
        has_email = bool(connection.execute(_EMAIL_FILES).fetchone())
        has_consents = bool(connection.execute(_CONSENT_FILES).fetchone())
        connection.execute("checkpoint")
    _build(database, Part((*_ARRIVED, *_EMAIL[:1]) if has_email else _ARRIVED, _NO_VIEWS))
    concerned = set(resolve_newcomers(database))
    _build(database, Part((*_FACTS, *_EMAIL[1:]) if has_email else _FACTS))
    if has_consents:
        concerned |= _resolve_consents(database)
    with warehouse.connect(database) as connection:
        concerned |= {row[0] for row in connection.execute(read_analyses()["customers_due"]).fetchall()}
        connection.execute("checkpoint")
    customers = sorted(concerned)
    written = make_customers_anew(database, customers) if customers else {}
    with warehouse.connect(database) as connection:
        # before the build counts as finished: after a kill in between nobody would know whose lists are old
        connection.execute(f"insert into {MADE_ANEW} select unnest($1::varchar[])", [customers])
        finish_build(connection, increment, is_in_part=True)
        with warehouse.transaction(connection):
            segment_history.keep_of(connection, customers)
        connection.execute("checkpoint")
    return MicroBatch(tuple(customers), written)


def note(connection: duckdb.DuckDBPyConnection, run_id: str, done: MicroBatch, seconds: float) -> None:
    """Add a row to operations.micro_batches."""
    connection.execute("""
        create table if not exists operations.micro_batches (
            run_id varchar, as_of timestamp, customers bigint, rows_removed bigint, rows_added bigint, seconds double
        )
    """)
    connection.execute(
        "insert into operations.micro_batches values (?, ?, ?, ?, ?, ?)",
        [
            run_id,
            warehouse.read_as_of(connection),
            len(done.customers),
            done.rows_removed,
            done.rows_added,
            round(seconds, 3),
        ],
    )


def _resolve_consents(database: Path) -> set[str]:
    """Whose decisions are others than before: a request, or a visitor's decision, mentions no record by itself.

    All are resolved anew, since whether somebody may grant depends on who else carries the identifier. One that came
    late may change nothing of what holds now, and yet what held before.
    """
    decisions = f"(select {_DECISION} from intermediate.{_CARRIED})"
    with warehouse.connect(database) as connection:
        connection.execute(f"create or replace table {_BEFORE} as from {decisions}")
        connection.execute("checkpoint")
    _build(database, Part(_CONSENTS))
    with warehouse.connect(database) as connection:
        changed = connection.execute(f"""
            select customer_id from (from {_BEFORE} except from {decisions})
            union select customer_id from (from {decisions} except from {_BEFORE})
        """).fetchall()
        connection.execute(f"drop table {_BEFORE}")
        connection.execute("checkpoint")
    return {customer for (customer,) in changed}


def _build(database: Path, part: Part) -> None:
    broken: list[NodeResult] = [
        result
        for result in build(database, part, is_full=False, with_tests=False)
        if result.status == "error"
    ]
    if broken:
        raise RuntimeError(f"{broken[0].name}: {broken[0].message}")
