"""From exposures to the weights of the nights to come, and what readouts make of units whose shares moved."""

from __future__ import annotations

import pytest

from dagster_project.lib.activation.experiments.weights import RECORD
from tests.experiments.read import Readings, at, visitors

BUYERS = [{"name": "buyers", "kind": "conversion", "event_name": "purchase", "window_days": 7}]


def shop(*, as_of: float = 31, looks_back: bool = False, **changes) -> Readings:
    """An experiment of Kindred's own, with the record that assignments leave."""
    readings = Readings(visitors(assigned_by="kindred", metrics=BUYERS, **changes), as_of=as_of)
    columns = "* exclude (is_present, decided_by_run_id, computed_at)"
    readings.connection.execute(f"create table {RECORD} as select {columns} from experiments.weights")
    readings.connection.execute("create table operations.current_build (is_look_back boolean)")
    readings.put("operations.current_build", [(looks_back,)])
    return readings


def fill(readings: Readings, epoch: int, day: float, **buyers: tuple[int, int]) -> None:
    """Assign units on a day by a set of weights; so many of so many buy."""
    name, assigned, events = readings.experiment.experiment_id, [], []
    for variant, (bought, units) in buyers.items():
        for number in range(units):
            unit = f"{variant}-{epoch}-{number}"
            assigned.append((name, unit, None, variant, at(day), epoch))
            if number < bought:
                events.append(("visitor", unit, "purchase", at(day + 1), *[None] * 6))
    readings.put("experiments.assignments", assigned)
    readings.put("intermediate.int_experiment_events_listed", events)


def decided(readings: Readings) -> list[tuple]:
    return readings.ask(
        f"select weight_epoch, variant_id, weight, reason, explanation, decided_at from {RECORD} order by 1, 2"
    )


def test_what_is_shipped_has_all_newcomers_from_the_next_night_on():
    readings = shop(policy="rollout")
    readings.weigh(1, "declared", 0, is_present=True, red=0.5, blue=0.5)
    fill(readings, 1, 1, red=(10, 200), blue=(80, 200))
    for _ in range(2):
        assert readings.read().reweighted == {"colour": "rollout"}
        rows = decided(readings)
        assert [row[:4] for row in rows] == [(2, "blue", 1, "rollout"), (2, "red", 0, "rollout")]
        assert rows[0][4].startswith("blue is shipped: buyers is better than in red: +0.35")
        assert rows[0][5] == at(31)


def test_what_is_worse_gets_none_and_what_is_unclear_stays():
    readings = shop(policy="rollout")
    readings.weigh(1, "declared", 0, is_present=True, red=0.5, blue=0.5)
    fill(readings, 1, 1, red=(40, 200), blue=(41, 200))
    assert readings.read().reweighted == {}
    assert decided(readings) == []
    readings.connection.execute(
        "update intermediate.int_experiment_events_listed set event_name = 'view' where unit_key like 'blue%'"
    )
    readings.read()
    assert [row[:3] for row in decided(readings)] == [(2, "blue", 0), (2, "red", 1)]
    assert decided(readings)[0][4].startswith("blue is stopped: buyers is worse")


@pytest.mark.parametrize(
    "changes",
    [{"policy": None}, {"policy": "rollout", "ends_at": at(20)}, {"policy": "rollout", "looks_back": True}],
)
def test_nothing_is_decided_without_a_policy_after_the_end_or_looking_back(changes):
    readings = shop(**changes)
    readings.weigh(1, "declared", 0, is_present=True, red=0.5, blue=0.5)
    fill(readings, 1, 1, red=(10, 200), blue=(80, 200))
    assert readings.read().reweighted == {}
    assert decided(readings) == []


def test_thompson_has_weights_for_every_night_with_a_floor():
    readings = shop(policy="thompson", smallest_share=0.2)
    readings.weigh(1, "declared", 0, is_present=True, red=0.5, blue=0.5)
    readings.read()
    assert [row[2:5] for row in decided(readings)] == [
        (0.5, "thompson", "buyers tells too little of a variant, so that weights stay")
    ] * 2
    fill(readings, 1, 1, red=(10, 200), blue=(80, 200))
    readings.read()
    blue, red = decided(readings)
    assert (blue[2], red[2]) == (pytest.approx(0.9), pytest.approx(0.1))
    assert blue[4] == "chance to be the best by buyers: red 0.0%, blue 100.0%"


def test_thompson_believes_no_figures_of_broken_shares():
    readings = shop(policy="thompson")
    readings.weigh(1, "declared", 0, is_present=True, red=0.5, blue=0.5)
    fill(readings, 1, 1, red=(10, 200), blue=(80, 400))
    readings.read()
    assert {row[2] for row in decided(readings)} == {0.5}
    assert "by their shares" in decided(readings)[0][4]


def test_units_are_held_to_the_shares_of_their_night_and_compared_within_them():
    """A third of red buys early and two thirds late, and as many of blue, which came late."""
    readings = shop()
    readings.weigh(1, "declared", 0, red=0.9, blue=0.1)
    readings.weigh(2, "changed in the file", 10, is_present=True, red=0.1, blue=0.9)
    fill(readings, 1, 1, red=(300, 900), blue=(34, 102))
    fill(readings, 2, 11, red=(68, 102), blue=(600, 900))
    readings.read()
    assert readings.ask("""
        select units, control_units, weight_epochs, unmatched_units, absolute_effect, sample_ratio_p_value > 0.5
        from experiments.results where test = 'sequential'
    """) == [(1002, 1002, 2, 0, pytest.approx(0, abs=1e-9), True)]
    columns = "variant_id, share, weight, round(expected_units)"
    assert readings.ask(f"select {columns} from experiments.variants order by 1") == [
        ("blue", 0.5, 0.9, 1002), ("red", 0.5, 0.1, 1002),
    ]  # fmt: skip
    (result,) = readings.ask(
        "select absolute_effect, ci_low from experiments.results where test = 'sequential'"
    )
    days = readings.ask("select absolute_effect, ci_low from experiments.timelines order by exposed_date")
    assert days[-1] == pytest.approx(result)


def test_the_same_shares_are_one_set_whenever_they_were_in_force():
    readings = shop()
    for epoch in (1, 2, 3):
        readings.weigh(
            epoch, "declared", epoch, red=(0.5, 0.9, 0.5)[epoch - 1], blue=(0.5, 0.1, 0.5)[epoch - 1]
        )
    fill(readings, 1, 1, red=(30, 90), blue=(34, 90))
    fill(readings, 3, 11, red=(60, 90), blue=(66, 90))
    readings.read()
    assert readings.ask(
        "select distinct weight_epochs, absolute_effect from experiments.results where test = 'z'"
    ) == [(1, pytest.approx(10 / 180))]
