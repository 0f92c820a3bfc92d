"""Explicit ratings of the marts: who is read, and what is kept of the measures."""

from __future__ import annotations

import numpy as np

MEASURES = "select * from quality.model_evaluations where metric = 'rmse' order by all"


def _add_ratings(marts, *, customer: str | None = None) -> None:
    generator = np.random.default_rng(3)
    marts.add_ratings(
        *(
            (
                customer or f"c{generator.integers(30):02d}",
                f"p{generator.integers(20):02d}",
                days / 2,
                float(generator.integers(1, 6)),
            )
            for days in range(200)
        )
    )


def test_models_of_ratings_are_measured_beside_the_recommender_where_there_are_ratings(marts, run):
    marts.add_shop()
    _add_ratings(marts)
    result = run(marts)
    rows = marts.rows("select model, value from quality.model_evaluations where metric = 'rmse' order by 1")
    assert [model for model, _ in rows] == ["biased_svd", "biased_svd_bias_only", "biased_svd_global_mean"]
    assert result.metrics["biased_svd rmse"] == rows[0][1]
    assert 1 < rows[2][1] < 2, "stars drawn at random stray from their mean by 1.4"
    assert "hybrid ndcg@10" in result.metrics


def test_a_second_run_replaces_its_own_rows(marts, run):
    marts.add_shop()
    _add_ratings(marts)
    run(marts)
    first = marts.rows(MEASURES)
    run(marts)
    assert marts.rows(MEASURES) == first


def test_without_enough_ratings_nothing_is_written(marts, run):
    marts.add_shop()
    marts.add_ratings(("c01", "p01", 3, 5.0), (None, "p02", 2, 4.0))
    run(marts)
    assert marts.rows(MEASURES) == []


def test_ratings_of_the_future_and_of_who_denied_personalization_change_nothing(marts, make_marts, run):
    marts.add_shop()
    _add_ratings(marts)
    marts.decide("no", "denied")
    _add_ratings(marts, customer="no")
    marts.add_ratings(("c01", "p01", -1, 1.0))
    without = make_marts()
    without.add_shop()
    _add_ratings(without)
    run(marts)
    run(without)
    assert marts.rows(MEASURES) == without.rows(MEASURES)
