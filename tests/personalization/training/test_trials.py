"""Which study a run goes on with, and which of its trials is the best."""

from __future__ import annotations

from datetime import datetime, timedelta

from dagster_project.lib.personalization.records.tables import create_record_tables
from dagster_project.lib.personalization.training import trials, tuning
from models_ml.recommendations.parameters import RecommenderParameters

DAY = timedelta(days=1)


def _trial(number: int, value: float) -> trials.Trial:
    return trials.Trial(number, value, [value], RecommenderParameters().as_dict(), 30)


def _write(marts, study: str, as_of: datetime, *values: float) -> None:
    for number, value in enumerate(values):
        trials.write_trial(
            marts.connection, study, _trial(number, value), as_of=as_of, finished_at=as_of, run_id="tuning"
        )


def test_a_night_of_the_past_goes_on_with_the_study_of_its_time(marts):
    trials.create_table(marts.connection)
    for study, as_of in (("before", marts.as_of - DAY), ("today", marts.as_of), ("later", marts.as_of + DAY)):
        _write(marts, study, as_of, 0.1)
    assert trials.read_latest_study(marts.connection, marts.as_of) == ("today", marts.as_of)
    assert trials.read_latest_study(marts.connection, marts.as_of - 2 * DAY) is None


def test_of_equally_good_trials_the_first_is_the_best(marts, monkeypatch):
    marts.add_shop()
    monkeypatch.setattr(tuning, "_cut_folds", lambda *_: [])
    monkeypatch.setattr(tuning, "_search", lambda *_: map(_trial, range(4), (0.1, 0.3, 0.3, 0.2)))
    result = tuning.tune(marts.connection, budget=4, run_id="tuning", now=lambda: marts.as_of)
    assert (result.first, result.best, result.best_trial) == (0.1, 0.3, 1)


def test_the_best_that_is_tried_is_the_first_of_those_that_beat_what_was_in_use(marts):
    trials.create_table(marts.connection)
    create_record_tables(marts.connection)
    _write(marts, "study", marts.as_of, 0.3, 0.3, 0.4, 0.4)
    best = trials.read_best_untried(marts.connection, marts.as_of)
    assert best is not None and best.name == "study/2"
    _write(marts, "newer", marts.as_of + DAY, 0.3, 0.3)
    assert trials.read_best_untried(marts.connection, marts.as_of + DAY) is None
