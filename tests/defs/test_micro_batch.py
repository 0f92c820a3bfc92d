"""A micro-batch is asked for once for the same exports, never beside a night, and leaves nothing for finished."""

from __future__ import annotations

from datetime import datetime

import dagster as dg
import pytest

from dagster_project.defs import micro_batch
from dagster_project.defs.transformation import micro_batches
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.lib.transformation.micro_batch.micro_batch import MicroBatch


@pytest.fixture
def folder(night, tmp_path, monkeypatch):
    """A data folder of which a night is published; files in landing have rested as soon as they are there."""
    monkeypatch.setattr(micro_batch, "SETTLED_SECONDS", -60)
    (tmp_path / "landing" / "pos" / "sales").mkdir(parents=True)
    (tmp_path / "published" / "current").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def look():
    """Let the sensor look; it remembers what it saw. Returns the run it asks for, or why it asks for none."""
    context = dg.build_sensor_context()

    def ask() -> str | None:
        answer = micro_batch.new_exports(context)
        if isinstance(answer, dg.SkipReason):
            return answer.skip_message
        assert isinstance(answer, dg.RunRequest)
        return None

    return ask


def _deliver(folder, name):
    (folder / "landing" / "pos" / "sales" / name).write_text("order_id\n")


def test_exports_that_came_after_the_published_night_are_asked_for_once(folder, look):
    _deliver(folder, "a.csv")
    assert look() is None
    assert look() == "nothing new in landing"
    _deliver(folder, "b.csv")
    assert look() is None
    assert look() == "nothing new in landing"


def test_what_the_published_night_has_seen_is_not_asked_for(folder, look):
    (folder / "published" / "current").rmdir()
    _deliver(folder, "a.csv")
    (folder / "published" / "current").mkdir()
    assert look() == "the published night has seen all that is in landing"
    assert look() == "nothing new in landing"


def test_nothing_is_asked_for_before_a_night_has_published_and_while_one_is_running(folder, look):
    _deliver(folder, "a.csv")
    with hold_night_lock(folder / "warehouse" / "night.lock"):
        assert look() == "a night or a micro-batch is running"
    (folder / "published" / "current").rmdir()
    assert look() == "nothing is published yet: the first night takes in what is there"


@pytest.mark.parametrize(
    ("as_of", "due", "answer"),
    [
        ("now", 1, None),
        ("now", 0, "time has moved nobody"),
        ("latest", 1, "the night is run for an instant of its own, at which the clock stands still"),
    ],
)
def test_carts_grow_old_by_the_clock_alone(folder, monkeypatch, as_of, due, answer):
    monkeypatch.setenv("AS_OF", as_of)
    monkeypatch.setattr(micro_batch, "count_due", lambda *_: due)
    (folder / "published" / "current" / "manifest.json").write_text('{"as_of": "2026-01-01T00:00:00Z"}')
    asked = micro_batch.carts_left_behind(dg.build_sensor_context())
    assert (asked.skip_message if isinstance(asked, dg.SkipReason) else None) == answer


def test_no_stage_counts_as_finished_after_a_micro_batch_changed_its_tables(night, monkeypatch):
    with night.connect() as connection:
        fingerprints.record(connection, "transformation", "inputs", "the night", datetime(2026, 1, 1))
    monkeypatch.setattr(micro_batches, "take_in", lambda *_: MicroBatch(("c_1",), {}))
    assert dg.materialize([micro_batches.micro_batches], resources={"night": night}).success
    with night.connect() as connection:
        assert fingerprints.finished_run(connection, "transformation", "inputs") is None
