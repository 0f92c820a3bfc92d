"""Studies that go on where they stopped, and nights that try what was found only where it is better."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving import serving
from dagster_project.lib.personalization.training import trials, tuning
from models_ml.recommendations.parameters import RecommenderParameters

TRIALS = "select trial, value, parameters, customers from quality.tuning_trials order by study, trial"


@pytest.fixture
def shop(marts):
    """A shop with more of a history."""
    marts.add_shop()
    marts.connection.execute(
        "insert into marts.fct_order_lines select * replace (ordered_at - interval 100 days as ordered_at) "
        "from marts.fct_order_lines"
    )
    return marts


@pytest.fixture
def tune(shop):
    def tune(budget, run_id="tuning"):
        return tuning.tune(shop.connection, budget=budget, run_id=run_id, now=lambda: shop.as_of)

    return tune


def test_a_study_has_its_budget_of_trials_and_begins_with_what_is_in_use(shop, tune):
    result = tune(4)
    assert (result.trials, result.new_trials) == (4, 4)
    rows = shop.rows(TRIALS)
    assert [row[0] for row in rows] == [0, 1, 2, 3]
    assert rows[0][1] == result.first and max(row[1] for row in rows) == result.best
    assert len({row[2] for row in rows}) == 4


def test_an_interrupted_study_finds_what_it_would_have_found(shop, tune, make_marts):
    tune(3)
    tune(6)
    at_once = shop.rows(TRIALS)
    shop.connection.execute("delete from quality.tuning_trials")
    tune(6)
    assert shop.rows(TRIALS) == at_once


def test_a_kill_in_a_trial_leaves_those_before_it(shop, tune, monkeypatch):
    score, calls = tuning._try, []

    def stop_at_third(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return score(*arguments)

    monkeypatch.setattr(tuning, "_try", stop_at_third)
    with pytest.raises(KeyboardInterrupt):
        tune(5)
    assert len(shop.rows(TRIALS)) == 2
    monkeypatch.setattr(tuning, "_try", score)
    assert tune(5).new_trials == 3


def test_a_study_that_has_its_trials_is_followed_by_another_on_a_later_night(shop, tune):
    first = tune(2)
    shop.move_to(3)
    assert tune(2).study > first.study
    assert shop.rows("select count(*), count(distinct study) from quality.tuning_trials") == [(4, 2)]


def test_the_last_28_days_judge_and_are_not_tuned_on(shop, tune):
    tune(2)
    before = shop.rows(TRIALS)
    shop.connection.execute("delete from quality.tuning_trials")
    since = shop.as_of - timedelta(days=28)
    shop.connection.execute("delete from marts.fct_order_lines where ordered_at > ?", [since])
    tune(2)
    assert shop.rows(TRIALS) == before


def test_too_short_a_history_is_said(marts):
    marts.add_customers("ann")
    marts.add_products("a")
    marts.add_purchases(("ann", "a", 3))
    with pytest.raises(KindredError, match="nothing to tune on"):
        tuning.tune(marts.connection, budget=2, run_id="tuning", now=lambda: marts.as_of)


def write_study(marts, *values, parameters):
    """A study of trials with these values; all but the first have the parameters."""
    trials.create_table(marts.connection)
    in_use = RecommenderParameters()
    for number, value in enumerate(values):
        described = (parameters if number else in_use).as_dict()
        trial = trials.Trial(number, value, [value], described, 30)
        trials.write_trial(
            marts.connection, "study", trial, as_of=marts.as_of, finished_at=marts.as_of, run_id="tuning"
        )


def champion_of(marts):
    return marts.rows(
        """
        select parameters ->> 'tuned_by', (parameters ->> 'unobserved_weight')::double from quality.model_versions
        where status = 'champion'
        """
    )


@pytest.fixture
def better():
    return dataclasses.replace(RecommenderParameters(), unobserved_weight=0.5)


def test_the_best_trial_becomes_the_next_nights_challenger_and_stays_in_use(shop, run, better):
    write_study(shop, 0.1, 0.2, parameters=better)
    shop.move_to(1)
    assert run(shop, parameters=None).refused is None
    assert champion_of(shop) == [("study/1", 0.5)]
    shop.move_to(2)
    run(shop, parameters=None)
    assert champion_of(shop) == [("study/1", 0.5)]


def test_a_study_that_found_nothing_better_changes_nothing(shop, run, better):
    write_study(shop, 0.3, 0.2, parameters=better)
    run(shop, parameters=None)
    assert champion_of(shop) == [(None, 0.2)]


def test_a_trial_that_a_night_refuses_is_recorded_once_and_the_night_goes_on_with_what_was_in_use(
    shop, run, better, monkeypatch
):
    worthless = dataclasses.replace(
        better, for_you_frequency=0.0, for_you_popularity=-5.0, discover_popularity=-5.0
    )
    write_study(shop, 0.1, 0.2, parameters=worthless)
    result = run(shop, parameters=None)
    assert result.refused is None
    assert result.notes[0].startswith("the tuned challenger (trial study/1) refused: ")
    assert champion_of(shop) == [(None, 0.2)]
    shop.move_to(1)
    assert run(shop, parameters=None).notes == []
    assert shop.rows("select count(*) from quality.model_versions where status = 'refused'") == [(1,)]


def test_parameters_that_a_rollback_withdrew_are_not_tried_again(shop, run, better, tmp_path):
    write_study(shop, 0.1, 0.2, parameters=better)
    shop.move_to(-1)
    run(shop, parameters=None)
    shop.move_to(0)
    run(shop, parameters=None)
    assert champion_of(shop) == [("study/1", 0.5)]
    serving.roll_back_and_recommend(shop.connection, Run("rollback", shop.as_of, tmp_path / "models"))
    shop.move_to(1)
    run(shop, parameters=None)
    assert champion_of(shop) == [(None, 0.2)]
