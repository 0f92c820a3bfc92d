"""Decisions become weights: who is shipped has all that come new, who is stopped none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_ml.experiments.policies import follow_rollouts
from models_ml.experiments.readouts import Rollout

DECISIONS = ("ship", "stop", "continue", "no decision")


def rollouts(**decisions):
    return [Rollout("e", variant, decision, f"so {variant}") for variant, decision in decisions.items()]


THREE = {"a": 0.5, "b": 0.25, "c": 0.25}


@pytest.mark.parametrize(
    ("present", "decided", "effects", "weights"),
    [
        ({"a": 0.5, "b": 0.5}, {"b": "ship"}, {"b": 1}, {"a": 0, "b": 1}),
        ({"a": 0.5, "b": 0.5}, {"b": "stop"}, {"b": -1}, {"a": 1, "b": 0}),
        (THREE, {"b": "stop", "c": "continue"}, {"b": -1, "c": 0}, {"a": 2 / 3, "b": 0, "c": 1 / 3}),
        (THREE, {"b": "ship", "c": "ship"}, {"b": 1, "c": 2}, {"a": 0, "b": 0, "c": 1}),
        (THREE, {"b": "ship", "c": "stop"}, {"b": 1, "c": -2}, {"a": 0, "b": 1, "c": 0}),
        (THREE, {"b": "stop", "c": "stop"}, {"b": -1, "c": -2}, {"a": 1, "b": 0, "c": 0}),
        # what was shipped and turns out worse is the control's
        ({"a": 0, "b": 1, "c": 0}, {"b": "stop", "c": "continue"}, {"b": -1}, {"a": 1, "b": 0, "c": 0}),
    ],
)
def test_decisions_make_weights(present, decided, effects, weights):
    found, why = follow_rollouts(present, "a", rollouts(**decided), effects)
    assert found == pytest.approx(weights)
    assert all(f"so {variant}" in why for variant, share in weights.items() if share == 1 and variant != "a")


@pytest.mark.parametrize(
    ("present", "decided"),
    [
        (THREE, {"b": "continue", "c": "no decision"}),
        # followed already
        ({"a": 1, "b": 0, "c": 0}, {"b": "stop", "c": "stop"}),
        ({"a": 0, "b": 1, "c": 0}, {"b": "ship", "c": "ship"}),
        ({"a": 0.5, "b": 0, "c": 0.5}, {"b": "ship", "c": "continue"}),
    ],
)
def test_without_news_weights_stand(present, decided):
    assert follow_rollouts(present, "a", rollouts(**decided), dict.fromkeys("bc", 1.0)) is None


@given(st.lists(st.tuples(*[st.sampled_from(DECISIONS)] * 2), max_size=6))
def test_weights_are_shares_and_nobody_comes_back_but_the_control(nights):
    present = dict(THREE)
    for pair in nights:
        decided = dict(zip("bc", pair, strict=True))
        found = follow_rollouts(present, "a", rollouts(**decided), {"b": 1.0, "c": 2.0})
        if found is None:
            continue
        after = found[0]
        assert sum(after.values()) == pytest.approx(1)
        assert all(after[variant] == 0 for variant in "bc" if present[variant] == 0)
        assert all(after[variant] == 0 for variant in "bc" if decided[variant] == "stop")
        present = after
