"""What a night leaves behind becomes an alert: anomalies that nobody knows of, gates, and errors of all kinds."""

from __future__ import annotations

from datetime import datetime

import pytest

from dagster_project.lib.alerting.causes import Failure, explain_failure, read_anomalies
from dagster_project.lib.common import warehouse
from dagster_project.lib.validation.monitoring.nights import create_tables
from dagster_project.lib.validation.results import create_results_table

AS_OF = datetime(2026, 3, 2, 4)
ERROR = Failure("dbt_models", "2 dbt models or tests failed", "mend the model")


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "kindred.duckdb"
    with warehouse.connect(path) as connection:
        warehouse.begin_night(connection, "run", AS_OF, AS_OF)
        create_results_table(connection)
        create_tables(connection)
        connection.execute("""
            insert into quality.validation_results values
                ('raw.pos_orders', 'expect_volume', null, false, 'error', '3', now(), 'run', 'more than 10 rows'),
                ('raw.pos_orders', 'expect_times', 'ordered_at', false, 'warn', '1', now(), 'run', 'fresh'),
                ('raw.pos_orders', 'expect_amounts', 'sum', false, 'error', '1', now(), 'before', 'positive');
            insert into quality.anomalies by name
            select timestamp '2026-03-02 04:00' as as_of, * from (values
                ('feed_volume', 'pos/orders', null, 'row_count', 1234567.0, 100.0, 2000.0, 'warn', 'look', false),
                ('reconciliation', 'pos/orders', null, 'orders', 97.0, 100.0, 100.0, 'error', 'report', false),
                ('feed_freshness', 'pos/sales', null, 'days_since_arrival', 5.5, null, 2.0, 'warn', 'ask', false),
                ('column_nulls', 'marts.dim_customers', 'city', 'null_share', 0.5, 0.0, 0.1, 'warn', 'see', true)
            ) as t(kind, table_name, column_name, figure, observed, expected_low, expected_high, severity, remedy,
                is_acknowledged)
        """)
    return path


def test_anomalies_that_nobody_has_acknowledged_are_told_the_gravest_first(database):
    with warehouse.connect(database) as connection:
        alert = read_anomalies(connection, "run")
    assert alert.as_of == AS_OF
    assert [(cause.severity, cause.subject, cause.what) for cause in alert.causes] == [
        ("error", "reconciliation of pos/orders, orders", "97, expected 100"),
        ("warn", "feed_freshness of pos/sales, days_since_arrival", "5.5, expected at most 2"),
        ("warn", "feed_volume of pos/orders, row_count", "1,234,567, expected 100 to 2,000"),
    ]
    assert alert.causes[0].guide == "docs/operations.md#reconciliation"


def test_a_gate_that_was_not_passed_is_told_with_table_expectation_and_figures(database):
    alert = explain_failure(database, "run", Failure("validate_arrival", "x", "y", is_gate=True))
    assert (alert.topic, alert.as_of) == ("blocked_publication", AS_OF)
    ((subject, what),) = [(cause.subject, cause.what) for cause in alert.causes]
    assert subject == "raw.pos_orders, expect_volume"
    assert what == "should be more than 10 rows, but found 3"


def test_another_error_is_told_with_its_step_and_remedy(database):
    alert = explain_failure(database, "run", ERROR)
    assert alert.topic == "failed_night"
    assert [(cause.subject, cause.what, cause.remedy) for cause in alert.causes] == [
        ("dbt_models", "2 dbt models or tests failed", "mend the model")
    ]


def test_a_run_that_had_no_instant_yet_is_not_given_that_of_the_night_before(database):
    assert explain_failure(database, "later run", ERROR).as_of is None


@pytest.mark.parametrize("content", [None, b"no database"])
def test_without_a_warehouse_that_opens_the_error_is_told_all_the_same(tmp_path, content):
    path = tmp_path / "broken.duckdb"
    if content is not None:
        path.write_bytes(content)
    alert = explain_failure(path, "run", ERROR)
    assert (alert.topic, alert.as_of, len(alert.causes)) == ("failed_night", None, 1)
