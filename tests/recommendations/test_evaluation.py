"""Evaluation: the right people are measured on the right products, by every strategy alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from models_ml.recommendations.evaluation import (
    LENGTH,
    evaluate_recommenders,
    measure_strategies,
    prepare_trial,
    rolling_origin,
    summarize,
)
from models_ml.recommendations.parameters import RecommenderParameters
from models_ml.recommendations.ranker.rolling import RollingOrigin
from models_ml.recommendations.split import split_by_time

PARAMETERS = replace(RecommenderParameters(), factors=8, ranker_trees=10)
CATALOGUE = [f"p{number:02d}" for number in range(22)]


def _evaluate(frame, as_of, measured=None, **options):
    measured = set(frame["customer_id"]) if measured is None else measured
    rolling = RollingOrigin(frame, as_of, CATALOGUE, PARAMETERS)
    evaluations = evaluate_recommenders(rolling, measured, **options)
    return {(each.strategy, each.metric): each for each in evaluations}


def _list_always(*products):
    """A strategy that shows everybody the same positions."""
    filled = np.full(LENGTH, -1)
    filled[: len(products)] = products
    return lambda customers, is_discovery: np.tile(filled, (len(customers), 1))


def test_the_split_cuts_at_the_moment_and_keeps_only_purchases_for_the_test(make_frame, as_of):
    frame = make_frame(
        [
            ("ann", "a", 28, "purchase", 1),
            ("ann", "b", 27.9, "purchase", 1),
            ("ann", "c", 1, "view_item", 1),
            ("ann", "d", -1, "purchase", 1),
        ]
    )
    before, after, cutoff = split_by_time(frame, as_of, 28)
    assert cutoff == as_of - timedelta(days=28)
    assert (before["product_id"].tolist(), after["product_id"].tolist()) == (["a"], ["b"])


def test_rolling_origins_lie_a_window_apart_before_the_window_that_is_reported(make_frame, as_of):
    frame = make_frame([("ann", "a", 100, "purchase", 1)])
    three = rolling_origin(frame, as_of, 3, 28)
    assert three == [as_of - timedelta(days=56), as_of - timedelta(days=28)]
    assert rolling_origin(frame, as_of, 1, 28) == [as_of - timedelta(days=28)]
    assert rolling_origin(frame.head(0), as_of, 3, 28) == []


def test_taste_beats_popularity_where_there_are_two_tastes(shop, as_of):
    values = _evaluate(shop, as_of)
    assert values["blend", "ndcg@10"].ci_low > values["popularity", "ndcg@10"].ci_high
    for (_, metric), each in values.items():
        if "coverage" not in metric:
            assert 0 <= each.ci_low <= each.value + 1e-9
            assert each.value <= each.ci_high + 1e-9
        assert each.value <= 1 or "novelty" in metric


def test_every_metric_is_told_of_both_tracks(shop, as_of):
    metrics = {
        metric for strategy, metric in _evaluate(shop, as_of) if strategy == "blend" and "[" not in metric
    }
    names = {
        "ndcg", "recall", "precision", "map", "mrr", "auc", "coverage", "novelty", "diversity",
        "popularity_bias",
    }  # fmt: skip
    assert metrics == {f"{name}@10{track}" for name in names for track in ("", "_never_bought")}


def test_a_repeated_basket_is_ranked_perfectly_by_personal_frequency(make_frame, as_of):
    rows = [(f"c{c}", f"p{c:02d}", days, "purchase", 1) for c in range(9) for days in (90, 60, 10)]
    values = _evaluate(make_frame(rows), as_of)
    assert values["personal_frequency", "ndcg@10"].value == pytest.approx(1.0)
    assert not any("never_bought" in metric for _, metric in values), "nobody bought anything new"


def test_personal_frequency_is_not_measured_where_it_has_nothing_to_say(shop, as_of):
    values = _evaluate(shop, as_of)
    assert ("blend", "ndcg@10_never_bought") in values
    assert ("personal_frequency", "ndcg@10_never_bought") not in values


def test_only_measured_customers_who_bought_before_and_after_count(make_frame, as_of):
    rows = [
        ("both", "p00", 60, "purchase", 1),
        ("both", "p00", 5, "purchase", 1),
        ("guest", "p00", 60, "purchase", 1),
        ("guest", "p00", 5, "purchase", 1),
        ("new", "p00", 5, "purchase", 1),
        ("gone", "p00", 60, "purchase", 1),
        ("looked", "p00", 60, "view_item", 1),
        ("looked", "p00", 5, "purchase", 1),
        ("brought back", "p00", 60, "return", 1),
        ("brought back", "p00", 5, "purchase", 1),
        ("bought what is gone", "p99", 60, "purchase", 1),
        ("bought what is gone", "p00", 5, "purchase", 1),
    ]
    values = _evaluate(make_frame(rows), as_of, {row[0] for row in rows} - {"guest"})
    assert values["blend", "ndcg@10"].customers == 1


def test_everything_bought_counts_as_wanted_though_nobody_could_have_known_it(make_frame, as_of):
    rows = [
        ("ann", "p00", 60, "purchase", 1),
        ("ann", "p00", 5, "purchase", 1),
        ("ann", "p00", 4, "purchase", 1),
        ("ann", "p21", 5, "purchase", 1),  # in the catalogue, never sold before
        ("ann", "new", 5, "purchase", 1),  # not even in the catalogue
        ("ann", "p02", 5, "return", 1),
        ("ann", "p03", 5, "view_item", 1),
    ]
    trial = prepare_trial(make_frame(rows), as_of, CATALOGUE, {"ann"})
    everything, unseen = trial.tracks
    assert (everything.counts.tolist(), unseen.counts.tolist()) == ([3], [2])
    assert everything.candidates.tolist() == [len(CATALOGUE) + 1]
    assert unseen.candidates.tolist() == [len(CATALOGUE)], "what was bought stands in no such list"
    measured = measure_strategies(trial, {"first": _list_always(0)})
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert measured[0].values_of("ndcg") == pytest.approx([1 / ideal])
    assert measured[0].values_of("recall") == pytest.approx([1 / 3])
    assert measured[1].values_of("ndcg") == pytest.approx([0])


def test_a_product_brought_back_before_is_not_new_to_its_customer(make_frame, as_of):
    rows = [
        ("ann", "p00", 60, "purchase", 1),
        ("ann", "p01", 50, "return", 1),
        ("ann", "p01", 5, "purchase", 1),
    ]
    trial = prepare_trial(make_frame(rows), as_of, CATALOGUE, {"ann"})
    assert [track.suffix for track in trial.tracks] == [""]


@pytest.mark.parametrize("days", [[], [1, 2, 3], [100, 200]])
def test_a_history_without_a_before_and_an_after_is_not_measured(make_frame, as_of, days):
    assert _evaluate(make_frame([("ann", "p00", day, "purchase", 1) for day in days]), as_of) == {}


def test_strategies_are_measured_on_the_same_customers_so_that_they_can_be_paired(shop, as_of):
    trial = prepare_trial(shop, as_of, CATALOGUE, set(shop["customer_id"]))
    measured = measure_strategies(trial, {"low": _list_always(0, 1), "high": _list_always(10, 11)})
    assert [(each.strategy, each.track.suffix) for each in measured[:2]] == [("low", ""), ("high", "")]
    low, high = measured[:2]
    assert np.array_equal(low.customers, high.customers)
    is_even = np.array([int(trial.interactions.customers[each][1:]) % 2 == 0 for each in low.customers])
    assert not low.values_of("ndcg")[~is_even].any(), "odd customers never buy among the first ten products"
    assert not high.values_of("ndcg")[is_even].any()


def test_slices_part_customers_by_days_with_a_purchase_and_by_what_is_handed_in(make_frame, as_of):
    rows = [(f"c{c:02d}", "p00", 5, "purchase", 1) for c in range(40)]
    rows += [
        (f"c{c:02d}", "p00", 40 + day, "purchase", 1) for c in range(40) for day in range(1 + 2 * (c % 2))
    ]
    rows += [(f"c{c:02d}", "p01", 40, "purchase", 1) for c in range(40)]  # the same day counts once
    groups = {
        "segment": {"c00": ["few"], **{f"c{c:02d}": ["all", "many"] for c in range(1, 12)}},
        "gender": {f"c{c:02d}": ["f"] for c in range(10)},
    }
    values = _evaluate(make_frame(rows), as_of, groups=groups)
    sizes = {
        metric.removeprefix("ndcg@10"): each.customers
        for (strategy, metric), each in values.items()
        if strategy == "blend" and metric.startswith("ndcg@10")
    }
    assert sizes == {
        "": 40, "[history=1]": 20, "[history=2-4]": 20,
        "[segment=all]": 11, "[segment=many]": 11, "[gender=f]": 10,
    }  # fmt: skip


def test_the_mean_of_a_slice_is_of_its_customers_and_coverage_of_their_lists(make_frame, as_of):
    rows = [(f"c{c:02d}", "p00", 40, "purchase", 1) for c in range(20)]
    rows += [(f"c{c:02d}", f"p{c % 2:02d}", 5, "purchase", 1) for c in range(20)]
    rows += [("other", "p01", 40, "purchase", 1)]
    groups = {"half": {f"c{c:02d}": [str(c % 2)] for c in range(20)}}
    trial = prepare_trial(make_frame(rows), as_of, CATALOGUE, {f"c{c:02d}" for c in range(20)})
    measured = measure_strategies(trial, {"first": _list_always(0)})
    values = {each.metric: each for each in summarize(trial, measured, seed=1, groups=groups)}
    found = [values[f"ndcg@10{name}"].value for name in ("", "[half=0]", "[half=1]")]
    assert found == pytest.approx([0.5, 1, 0])
    assert values["coverage@10"].value == pytest.approx(1 / 2), "two products were sold, one is listed"
    assert values["coverage@10"].ci_low is None


def test_the_order_of_the_rows_changes_no_value_and_no_interval(shop, as_of):
    assert _evaluate(shop, as_of) == _evaluate(shop.sample(frac=1, random_state=3), as_of)


def test_of_more_customers_than_need_be_measured_an_even_share_is(shop, as_of):
    everybody = prepare_trial(shop, as_of, CATALOGUE, set(shop["customer_id"])).tracks[0]
    some = prepare_trial(shop, as_of, CATALOGUE, set(shop["customer_id"]), most_customers=20).tracks[0]
    assert np.array_equal(some.customers, everybody.customers[::3])
    assert np.array_equal(some.counts, everybody.counts[::3])
