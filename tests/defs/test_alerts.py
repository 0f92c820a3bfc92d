"""Runs that fail in Dagster are told of, but for those whose command tells itself."""

from __future__ import annotations

import logging

import dagster as dg
import duckdb
import pytest

from dagster_project.defs.alerts import failed_runs
from dagster_project.defs.stages import STARTED_BY
from dagster_project.lib.common.errors import KindredError


@pytest.fixture
def told(tmp_path, monkeypatch, caplog):
    """Run a job whose step raises this error, ask the sensor, and return what the log says."""
    monkeypatch.setattr(logging.getLogger("kindred"), "propagate", True)
    caplog.set_level(logging.INFO, "kindred")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CONFIG_DIR", str(tmp_path))

    def fail(error: Exception, **tags: str) -> str:
        @dg.op
        def broken() -> None:
            raise error

        @dg.job
        def nightly() -> None:
            broken()

        with dg.DagsterInstance.ephemeral() as instance:
            result = nightly.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
            context = dg.build_run_status_sensor_context(
                sensor_name="failed_runs",
                dagster_instance=instance,
                dagster_run=result.dagster_run,
                dagster_event=result.get_run_failure_event(),
            ).for_run_failure()
            failed_runs(context)
        return "\n".join(record.getMessage() for record in caplog.records if record.name == "kindred")

    return fail


def test_a_run_that_fails_is_told_of_with_its_step_error_and_remedy(told):
    log = told(KindredError("orders.csv is no CSV", "save it as CSV"))
    assert "error: broken: orders.csv is no CSV" in log
    assert "save it as CSV" in log


def test_of_a_programming_error_only_the_class_is_told(told):
    log = told(ValueError("cannot read Ann Smith"))
    assert "error: broken: ValueError" in log
    assert "Smith" not in log


def test_a_full_disk_is_told_as_such_whoever_met_it(told):
    """DuckDB's words reach the sensor as text, dbt's inside an error whose remedy is another."""
    for error in (
        duckdb.IOException("IO Error: No space left on device"),
        KindredError("1 dbt models failed, first dim_x: No space left on device", "correct the model"),
    ):
        log = told(error)
        assert "is full" in log
        assert "make room" in log
        assert "correct the model" not in log


def test_a_command_tells_of_its_own_runs(told):
    assert told(ValueError("x"), **{STARTED_BY: "kindred nightly"}) == ""


def test_of_a_run_that_dagster_tries_again_nobody_is_told_before_that_fails_too(told):
    assert told(ValueError("x"), **{"dagster/will_retry": "true"}) == ""
    assert "error: broken: ValueError" in told(ValueError("x"), **{"dagster/will_retry": "false"})
