"""A night whose command was killed holds up no other run in Dagster."""

from __future__ import annotations

import dagster as dg
import pytest

from dagster_project.defs.dead_nights import dead_nights
from dagster_project.defs.stages import STARTED_BY
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.settings import read_settings

STARTED_BY_COMMAND = {STARTED_BY: "kindred nightly"}


def look(tags: dict[str, str], status: dg.DagsterRunStatus = dg.DagsterRunStatus.STARTED) -> str:
    """Put a run with these tags and this status into an instance, ask the sensor, and return the status afterwards."""

    @dg.job
    def nightly() -> None:
        pass

    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(nightly, tags=tags, status=status)
        dead_nights(dg.build_sensor_context(instance=instance))
        after = instance.get_run_by_id(run.run_id)
        assert after is not None
        return after.status.value


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def test_a_run_whose_command_is_gone_ends(data_dir):
    assert look(STARTED_BY_COMMAND) == "CANCELED"


def test_a_run_that_goes_on_is_left_alone(data_dir):
    with hold_night_lock(read_settings().lock):
        assert look(STARTED_BY_COMMAND) == "STARTED"


def test_runs_of_dagster_itself_are_left_to_its_own_monitoring(data_dir):
    assert look({}) == "STARTED"


def test_what_has_ended_stays_as_it_ended(data_dir):
    assert look(STARTED_BY_COMMAND, dg.DagsterRunStatus.SUCCESS) == "SUCCESS"
