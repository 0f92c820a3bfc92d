"""The rolling origin: no leakage, determinism, and when a ranker is learned and trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from models_ml.recommendations.ranker import rolling as rolling_module
from models_ml.recommendations.ranker.rolling import RollingOrigin, judge


def _assert_same(one, other):
    assert one is not None and other is not None
    assert one.texts == other.texts
    assert one.lists == other.lists


def test_what_happens_after_a_moment_changes_nothing_learned_for_it(shop, as_of, make_rolling):
    moment = as_of - timedelta(days=28)
    later = shop["occurred_at"] > moment
    shifted = shop.copy()
    shifted.loc[later, "product_id"] = "p05"
    shifted.loc[later, "occurred_at"] += timedelta(hours=5)
    # the first of all events stays, so that there are as many windows
    gone = shop[~later]
    expected = make_rolling(shop).ranker_at(28)
    for changed in (shifted, gone):
        _assert_same(make_rolling(changed).ranker_at(28), expected)


def test_a_moment_of_the_past_is_learned_like_the_present_of_that_night(shop, as_of, make_rolling):
    # windows count from the night's moment, and there are as many, for the history is long enough for either
    then = RollingOrigin(
        shop[shop["occurred_at"] <= as_of - timedelta(days=28)],
        as_of - timedelta(days=28),
        make_rolling(shop).catalogue,
        make_rolling(shop).parameters,
        make_rolling(shop).attributes,
    )
    now = make_rolling(shop)
    then.length, then.count = now.length, now.count
    _assert_same(then.ranker_at(0), now.ranker_at(28))


def test_features_of_a_window_know_nothing_of_the_window(shop, as_of, make_rolling):
    start = as_of - timedelta(days=28)
    changed = shop.copy()
    changed.loc[changed["occurred_at"] > start, "product_id"] = "p03"
    one, other = (make_rolling(frame)._build(28) for frame in (shop, changed))
    np.testing.assert_array_equal(one.features, other.features[: len(one.features)])
    assert one.is_right.tolist() != other.is_right.tolist()


def test_a_window_is_to_foretell_what_comes_after_its_first_instant_up_to_its_last(make_frame, make_rolling):
    """What was bought at the first instant is what the window's models know already."""
    days = {"p00": 90, "p01": 14, "p02": 13.9, "p03": 7, "p04": 6.9}
    window = make_rolling(make_frame([("ann", *bought, "purchase", 1) for bought in days.items()]))._build(14)
    assert window is not None
    assert (window.relevant.tolist(), window.relevant_new.tolist()) == ([2], [2])


def test_what_nobody_touched_yet_is_learned_from_as_soon_as_it_is_to_be_had(shop, make_rolling, attributes):
    """Of two products that nobody touched, one has been there for 100 days and one for 10."""
    days = np.full(22, np.nan, dtype=np.float32)
    days[[20, 21]] = 100.0, 10.0
    rolling = replace(make_rolling(shop), attributes=replace(attributes, available_days=days))
    window = rolling._build(14)
    assert window is not None
    purchases, age = (
        window.features[:, window.names.index(f"product_{name}")] for name in ("purchases", "age")
    )
    assert set(age[purchases == 0].tolist()) == {86.0}


def test_content_is_that_of_before_but_for_the_present(shop, as_of, parameters):
    today, before = np.eye(22, 4, dtype=np.float32), np.eye(22, 3, dtype=np.float32)
    catalogue = [f"p{number:02d}" for number in range(22)]
    rolling = RollingOrigin(shop, as_of, catalogue, parameters, None, today, before)
    assert rolling.recommender_at(0).content is today
    assert all(rolling.recommender_at(days).content is before for days in (7, 28))


def test_the_order_of_rows_changes_nothing(shop, make_rolling):
    _assert_same(
        make_rolling(shop).ranker_at(0), make_rolling(shop.sample(frac=1, random_state=3)).ranker_at(0)
    )


def test_measuring_first_changes_nothing_in_training(shop, make_rolling):
    measured_first = make_rolling(shop)
    measured_first.ranker_at(28)
    _assert_same(measured_first.ranker_at(0), make_rolling(shop).ranker_at(0))


def test_every_moment_is_fitted_once(shop, make_rolling, monkeypatch):
    fitted = []
    fit = rolling_module.fit_recommender

    def spy(interactions, *others):
        fitted.append(interactions.data_hash())
        return fit(interactions, *others)

    monkeypatch.setattr(rolling_module, "fit_recommender", spy)
    rolling = make_rolling(shop)
    rolling.recommender_at(28)
    rolling.ranker_at(28)
    rolling.ranker_at(0)
    rolling.recommender_at(0)
    again = len(fitted) - len(set(fitted))
    assert again <= 2, "only the two windows that rankers are judged on may be built twice"


@pytest.mark.parametrize("bound", [{"ranker_least_customers": 10_000}, {"ranker_least_pairs": 100_000}])
def test_too_little_to_learn_from_means_no_ranker(shop, make_rolling, parameters, bound):
    assert make_rolling(shop, replace(parameters, **bound)).ranker_at(0) is None


@pytest.mark.parametrize("days", [[], [1, 2], [40, 1]])
def test_a_short_history_means_no_ranker(make_frame, make_rolling, days):
    frame = make_frame([("ann", "p00", day, "purchase", 1) for day in days])
    assert make_rolling(frame).ranker_at(0) is None


def test_a_list_that_the_blend_ranks_better_is_left_to_it(shop, make_rolling, parameters):
    rolling = make_rolling(shop)
    window = rolling._build(14)
    ranker = rolling.ranker_at(14)
    assert ranker is not None and window is not None

    class Backwards:
        def score(self, features, *, is_discovery):
            return -features[:, window.names.index("taste" if is_discovery else "blend")]

    class Oracle:
        def score(self, features, *, is_discovery):
            pairs = window.select(~window.is_bought) if is_discovery else window
            return pairs.is_right.astype(float)

    assert judge(window, Backwards(), parameters) == frozenset()  # pyright: ignore[reportArgumentType]
    assert judge(window, Oracle(), parameters) == {"for_you", "discover"}  # pyright: ignore[reportArgumentType]


def test_a_list_that_must_be_left_to_the_blend_is_whatever_the_window_says(shop, make_rolling, monkeypatch):
    monkeypatch.setattr(rolling_module, "judge", lambda *_: frozenset({"for_you", "discover"}))
    rolling = make_rolling(shop)
    assert rolling.ranker_at(0).lists == {"for_you", "discover"}
    some = replace(rolling, left_to_blend=frozenset({"discover"}), _rankers={})
    assert some.ranker_at(0).lists == {"for_you"}
    everything = replace(rolling, left_to_blend=frozenset({"for_you", "discover"}), _rankers={})
    assert everything.ranker_at(0) is None


@pytest.mark.parametrize("name", ["objective", "ranking"])
def test_an_unknown_declaration_is_refused(shop, make_rolling, parameters, name):
    with pytest.raises(ValueError, match=f"unknown {name} 'fame'"):
        make_rolling(shop, replace(parameters, **{name: "fame"}))


def test_a_shop_that_wants_the_blend_learns_no_ranker(shop, make_rolling, parameters):
    rolling = make_rolling(shop, replace(parameters, ranking="blend"))
    assert rolling.ranker_at(0) is None
    assert not rolling._windows, "nor any window that one would learn from"


def test_objectives_decide_what_was_right(make_frame, make_rolling, parameters):
    rows = [
        ("ann", "p00", 90, "purchase", 1),
        ("ann", "p00", 3, "purchase", 1),
        ("ann", "p01", 90, "view_item", 1),
        ("ann", "p01", 3, "view_item", 1),
        ("bob", "p01", 80, "purchase", 1),
    ]

    def right(objective):
        window = make_rolling(make_frame(rows), replace(parameters, objective=objective))._build(7)
        assert window is not None
        return int(window.relevant[0])

    assert (right("conversion"), right("engagement"), right("retention")) == (1, 2, 1)
