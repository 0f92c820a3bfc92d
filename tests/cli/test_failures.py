"""A night that fails tells of it before it ends, whatever failed, and never quotes what only programmers may see."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from dagster_project.cli.failures import telling_of_failure
from dagster_project.cli.main import kindred as command
from dagster_project.lib.alerting.settings import FILE
from dagster_project.lib.common.errors import KindredError
from dagster_project.settings import Settings
from tests.activation.mail.mailbox import Mailbox, listening


@pytest.fixture
def told(tmp_path, caplog, monkeypatch):
    """Fail with an error; returns what the log says."""
    monkeypatch.setattr(logging.getLogger("kindred"), "propagate", True)
    caplog.set_level(logging.INFO, "kindred")
    settings = Settings(tmp_path, True, tmp_path, "now")

    def fail(error: BaseException) -> str:
        with pytest.raises(type(error)), telling_of_failure(settings, "run"):
            raise error
        return caplog.text

    return fail


@pytest.fixture
def mailbox():
    with listening(Mailbox()) as listened:
        yield listened


class _StepError(Exception):
    step_key = "raw_tables"


def test_what_a_user_can_mend_is_told_with_its_remedy(told):
    log = told(KindredError("orders.csv is no CSV", "save it as CSV"))
    assert "error: the start: orders.csv is no CSV" in log
    assert "save it as CSV (docs/operations.md#failed-night)" in log


def test_the_step_is_found_in_what_wraps_the_error(told):
    error = KindredError("orders.csv is no CSV", "save it as CSV")
    error.__cause__ = _StepError()
    assert "error: raw_tables: orders.csv is no CSV" in told(error)


def test_an_error_that_is_raised_again_out_of_its_wrapping_is_told_as_well(told):
    """Its causes go round in a circle then, which a night followed without an end."""
    error, wrapped = KindredError("orders.csv is no CSV", "save it as CSV"), _StepError()
    wrapped.__cause__, error.__cause__ = error, wrapped
    assert "error: raw_tables: orders.csv is no CSV" in told(error)


def test_of_a_programming_error_only_the_class_is_told(told):
    error = _StepError("wrapped")
    error.__cause__ = ValueError("cannot read Ann Smith")
    log = told(error)
    assert "error: raw_tables: ValueError" in log
    assert "Smith" not in log


def test_a_full_disk_goes_before_what_somebody_made_of_it(told):
    error = KindredError("1 dbt models failed, first dim_x: No space left on device", "correct the model")
    log = told(error)
    assert "error: the start: the disk of /" in log
    assert "make room" in log
    assert "correct the model" not in log


def test_who_stops_a_night_by_hand_is_not_told(told):
    assert told(KeyboardInterrupt()) == ""


def test_a_night_that_fails_at_once_writes_to_people(tmp_path: Path, mailbox, monkeypatch):
    config = tmp_path / "config"
    config.mkdir()
    (config / FILE).write_text(
        f"mail: {{port: {mailbox.port}, sender: {{address: a@b.example}}, to: [ann@shop.example]}}"
    )
    (config / "acknowledged_anomalies.csv").write_text("kind\n")
    feed = tmp_path / "data" / "landing" / "crm" / "customers"
    feed.mkdir(parents=True)
    (feed / "customers.csv").write_text("customer_id\n1\n")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CONFIG_DIR", str(config))
    for _ in range(2):
        ended = CliRunner().invoke(command, ["nightly"])
        assert isinstance(ended.exception, KindredError)
    ((recipient, _),) = mailbox.arrived
    assert recipient == "ann@shop.example"
    message = mailbox.messages[recipient]
    assert message["Subject"] == "Kindred: The night failed"
    assert "acknowledged_anomalies.csv line 1: no column table" in " ".join(message.get_content().split())
