"""What follows from what is read, by the declared rules."""

from __future__ import annotations

import pytest

from models_ml.experiments.readouts import Metric, Totals, decide_rollouts, read_out

GOAL = Metric("buyers", "conversion")
GUARDRAIL = Metric("unsubscribed", "conversion", is_guardrail=True, is_lower_better=True)
SAME, BETTER, WORSE, SLIGHTLY = (1_000, 1_000), (1_000, 1_300), (1_000, 700), (1_000, 1_090)


def decide(declare, goal, guardrail=SAME, units=(10_000, 10_000), **plan):
    """The decision on blue, of conversions of red and blue."""
    declared = declare(metrics=[GOAL, GUARDRAIL], **plan)
    totals = {
        (name, "all", variant): Totals(units[place], counts[place], counts[place])
        for name, counts in (("buyers", goal), ("unsubscribed", guardrail))
        for place, variant in enumerate(("red", "blue"))
    }
    rows = read_out(declared, totals)
    (rollout,) = decide_rollouts(declared, rows)
    return rollout, {(row.metric, row.test): row for row in rows}


@pytest.mark.parametrize(
    ("goal", "guardrail", "ended", "decision", "reason"),
    [
        (BETTER, SAME, False, "ship", "buyers is better than in red: +0.03 (95 % interval "),
        (BETTER, WORSE, False, "ship", "no guardrail is worse"),
        (BETTER, BETTER, False, "stop", "unsubscribed is worse than in red: +0.03"),
        (WORSE, SAME, False, "stop", "buyers is worse than in red: -0.03"),
        (SAME, SAME, False, "continue", "buyers shows no difference yet"),
        (SAME, SAME, True, "stop", "the planned end is reached, and buyers shows no difference"),
        (SLIGHTLY, SAME, False, "continue", "no difference yet"),
        (SLIGHTLY, SAME, True, "ship", "to +0.0175, z), and no guardrail is worse"),
        (SLIGHTLY, SLIGHTLY, False, "continue", "no difference yet"),
        (SLIGHTLY, SLIGHTLY, True, "stop", "unsubscribed is worse"),
        ((0, 0), SAME, False, "no decision", "buyers has too few"),
        ((0, 0), SAME, True, "no decision", "buyers has too few"),
        ((0, 0), BETTER, False, "stop", "unsubscribed is worse"),
        (BETTER, (0, 0), False, "ship", "buyers is better"),
    ],
)
def test_the_goal_and_guardrails_decide(declare, goal, guardrail, ended, decision, reason):
    rollout, _ = decide(declare, goal, guardrail, is_ended=ended)
    assert (rollout.experiment_id, rollout.variant_id, rollout.decision) == ("colour", "blue", decision)
    assert reason in rollout.reason


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("goal", [BETTER, WORSE, SAME])
@pytest.mark.parametrize("units", [(10_000, 9_300), (10_000, 20_000)])
def test_broken_shares_give_no_decision_anywhere(declare, goal, units, ended):
    rollout, rows = decide(declare, goal, units=units, is_ended=ended)
    said = [(rollout.decision, rollout.reason), *((row.decision, row.reason) for row in rows.values())]
    assert {decision for decision, _ in said} == {"no decision"}
    assert all("sample-ratio mismatch" in reason for _, reason in said)
    assert all(row.sample_ratio_p_value < 0.001 for row in rows.values())


def test_before_the_end_a_sequential_row_alone_decides(declare):
    _, rows = decide(declare, BETTER)
    assert {test: row.decision for (metric, test), row in rows.items() if metric == "buyers"} == {
        "z": "continue", "chi_square": "continue", "sequential": "ship", "bayesian": "continue"
    }  # fmt: skip
    _, rows = decide(declare, BETTER, is_ended=True)
    assert {row.decision for (metric, _), row in rows.items() if metric == "buyers"} == {"ship"}


def test_a_guardrail_stops_and_never_ships(declare):
    for counts, decision in ((WORSE, "continue"), (SAME, "continue"), (BETTER, "stop")):
        _, rows = decide(declare, SAME, counts, is_ended=True)
        assert {row.decision for (metric, _), row in rows.items() if metric == "unsubscribed"} == {decision}


def test_a_test_of_too_few_conversions_decides_nothing_at_the_end(declare):
    rollout, rows = decide(declare, (0, 6), is_ended=True)
    assert rows["buyers", "z"].p_value < 0.05
    assert rows["buyers", "z"].decision == rows["buyers", "chi_square"].decision == "no decision"
    assert rollout.decision == "stop", (
        "the sequential interval holds for few as well, and shows no difference"
    )


def test_each_variant_is_decided_on_by_itself(declare):
    plan = declare(weights={"red": 1, "blue": 1, "green": 1})
    counts = {"red": 1_000, "blue": 1_300, "green": 700}
    totals = {("buyers", "all", variant): Totals(10_000, count, count) for variant, count in counts.items()}
    decided = {one.variant_id: one.decision for one in decide_rollouts(plan, read_out(plan, totals))}
    assert decided == {"blue": "ship", "green": "stop"}


def test_segments_decide_nothing_of_the_rollout_and_by_adjusted_p_values(declare):
    plan = declare()
    segments = {"all": 1_000, **{f"segment {number}": 1_000 for number in range(20)}, "lucky": 1_150}
    totals = {}
    for segment, count in segments.items():
        totals["buyers", segment, "red"] = Totals(10_000, 1_000, 1_000)
        totals["buyers", segment, "blue"] = Totals(10_000, count, count)
    rows = read_out(plan, totals)
    (lucky,) = [row for row in rows if row.segment == "lucky" and row.test == "sequential"]
    assert lucky.ci_low > 0 and lucky.p_value < 0.05 < lucky.p_value_adjusted
    assert lucky.decision == "continue"
    assert decide_rollouts(plan, rows)[0].decision == "continue"
