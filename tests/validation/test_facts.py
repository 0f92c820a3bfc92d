"""What suites are told of the night: its times, last night's volumes, and which tables need rows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dagster_project.lib.validation.engine import validate_tables
from dagster_project.lib.validation.facts import gather_facts
from dagster_project.lib.validation.results import write_results

CUSTOMERS = "raw.crm_customers"


def parameters(warehouse, checked_at: datetime, run_id: str = "run_1", table: str = CUSTOMERS) -> dict:
    """The parameters of one table's suite."""
    return gather_facts(warehouse, [table], run_id=run_id, checked_at=checked_at).parameters(table)


def test_times_are_plausible_up_to_a_day_after_the_check(warehouse, checked_at: datetime) -> None:
    assert parameters(warehouse, checked_at)["latest_plausible_at"] == checked_at + timedelta(days=1)


def test_a_check_of_a_past_night_still_allows_what_arrived_since(warehouse, checked_at: datetime) -> None:
    warehouse.execute("create table quality.ingested_files as select timestamp '2025-08-01' as ingested_at")
    assert parameters(warehouse, checked_at)["latest_plausible_at"] == datetime(2025, 8, 2)


def test_freshness_counts_from_the_nights_own_time(warehouse, checked_at: datetime) -> None:
    assert parameters(warehouse, checked_at)["stale_before"] == checked_at - timedelta(days=7)
    warehouse.execute("create table operations.current_night as select timestamp '2011-12-10' as as_of")
    assert parameters(warehouse, checked_at)["stale_before"] == datetime(2011, 12, 3)


def test_a_table_may_not_shrink_below_half_of_the_latest_other_run(warehouse, checked_at: datetime) -> None:
    assert parameters(warehouse, checked_at)["fewest_rows"] == 0
    for night, last in (("run_1", "c9"), ("run_2", "c5")):
        warehouse.execute(f"delete from {CUSTOMERS} where customer_id > ?", [last])
        checked_at += timedelta(days=1)
        write_results(warehouse, validate_tables(warehouse, [CUSTOMERS], run_id=night, checked_at=checked_at))
    # 20 customers stayed up to c9, 16 up to c5.
    assert parameters(warehouse, checked_at, "run_3")["fewest_rows"] == 8
    # A re-run of the latest night compares itself with the night before, not with itself.
    assert parameters(warehouse, checked_at, "run_2")["fewest_rows"] == 10

    warehouse.execute(f"delete from {CUSTOMERS} where customer_id <> 'c1'")
    (validation,) = validate_tables(warehouse, [CUSTOMERS], run_id="run_3", checked_at=checked_at)
    assert [(o.column_name, o.severity) for o in validation.outcomes if not o.is_success] == [(None, "warn")]


def test_rows_may_be_of_this_run_and_of_those_whose_stages_stand(warehouse, checked_at: datetime) -> None:
    assert parameters(warehouse, checked_at)["run_ids"] == ["run_1"]
    warehouse.execute("""
        create table operations.stage_fingerprints as
        from (values ('segments', 'run_0'), ('products', 'run_0'), ('scores', 'run_1')) as t (stage, run_id)
    """)
    assert parameters(warehouse, checked_at)["run_ids"] == ["run_1", "run_0"]


def test_an_empty_warehouse_has_facts_too(warehouse, checked_at: datetime) -> None:
    facts = gather_facts(warehouse, ["raw.nothing"], run_id="run_1", checked_at=checked_at)
    assert facts.row_counts == {}
    assert facts.parameters("raw.nothing")["required_rows"] == 0


LISTS = "activation.customer_recommendations"


@pytest.mark.parametrize(
    ("change", "is_required"),
    [
        ("select 1", True),
        ("update marts.customer_consents set status = 'denied'", False),
        ("update marts.dim_customers set is_known = false", False),
        ("update marts.dim_products set is_active = false", False),
        ("delete from marts.fct_order_lines", False),
        ("drop table marts.customer_consents", False),
    ],
)
def test_lists_are_required_where_somebody_may_get_one(
    warehouse, checked_at: datetime, change, is_required
) -> None:
    """A shop of guests, or of people who all denied personalization, could never publish."""
    warehouse.execute(change)
    facts = gather_facts(warehouse, [LISTS], run_id="run_1", checked_at=checked_at)
    assert facts.parameters(LISTS)["required_rows"] == is_required
