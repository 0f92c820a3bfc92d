"""Which weights a night assigns by, what is recorded of them, and that nights repeat."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from dagster_project.lib.activation.experiments.weights import RECORD, WeightSet, insert_sets
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.layouts import bring_up_to_date
from models_ml.experiments.assignment import assign_variants
from tests.experiments.conftest import BEGIN, experiment

MANY = [f"c{number:03}" for number in range(300)]
SKEWED = {"red": 1, "blue": 3}


def sets(nights):
    """Number, variant, weight, reason, day and whether it is present, of experiments.weights."""
    rows = nights.ask("""
        select weight_epoch, variant_id, weight, reason, decided_at, is_present from experiments.weights
        order by experiment_id, weight_epoch, variant_id
    """)
    return [(*row[:4], (row[4] - BEGIN) / timedelta(days=1), row[5]) for row in rows]


def decide(nights, day, *, number=2, reason="rollout", **weights):
    """What the policy of a night's readouts keeps."""
    one = WeightSet("colour", number, weights, reason, "why", BEGIN + timedelta(days=day))
    insert_sets(nights.connection, RECORD, [one], f"run {day}")


def test_the_files_weights_are_recorded_once_and_again_where_they_change(nights):
    nights.put_customers(["c"])
    for day in (1, 2):
        nights.night(day, experiment())
        assert sets(nights) == [(1, "blue", 0.5, "declared", 1, True), (1, "red", 0.5, "declared", 1, True)]
    # the same shares in other numbers are no change
    nights.night(3, experiment(variants={"red": 20, "blue": 20}))
    assert len(sets(nights)) == 2
    nights.night(4, experiment(variants=SKEWED))
    assert sets(nights)[2:] == [
        (2, "blue", 0.75, "changed in the file", 4, True),
        (2, "red", 0.25, "changed in the file", 4, True),
    ]
    assert [row[-1] for row in sets(nights)[:2]] == [False, False]
    nights.night(5)
    assert not any(row[-1] for row in sets(nights))
    assert nights.ask("select distinct decided_by_run_id, run_id from experiments.weights order by 1") == [
        ("run 1", "run 5"), ("run 4", "run 5"),
    ]  # fmt: skip


def test_who_comes_new_is_assigned_by_the_nights_weights_and_their_propensity_is_kept(nights):
    nights.put_customers(MANY[:100])
    nights.night(1, experiment())
    nights.put_customers(MANY)
    nights.night(2, experiment(variants=SKEWED))
    rows = nights.ask("select unit_id, variant_id, propensity, weight_epoch from experiments.assignments")
    places = assign_variants("colour", MANY, [1, 3])
    by_share = {"red": 0.25, "blue": 0.75}
    for unit, variant, propensity, epoch in rows:
        is_early = unit < MANY[100]
        assert (propensity, epoch) == ((0.5, 1) if is_early else (by_share[variant], 2))
        assert is_early or variant == list(SKEWED)[places[MANY.index(unit)]]
    assert Counter(row[3] for row in rows) == {1: 100, 2: 200}


def test_a_decision_is_for_the_nights_after_its_own(nights):
    nights.put_customers(MANY[:100])
    nights.night(1, experiment(policy="rollout"))
    first = nights.table()
    decide(nights, 1, red=0.0, blue=1.0)
    nights.night(1, experiment(policy="rollout"))
    assert nights.table() == first
    assert len(sets(nights)) == 2
    nights.put_customers(MANY)
    nights.night(2, experiment(policy="rollout"))
    assert nights.variants("weight_epoch = 2").keys() == set(MANY[100:])
    assert set(nights.variants("weight_epoch = 2").values()) == {"blue"}
    assert nights.ask("select distinct propensity from experiments.assignments order by 1") == [(0.5,), (1,)]
    # who has a variant that is given to nobody any more keeps it, and is shown it
    assert nights.ask(
        "select count(*) > 30 from experiments.assignments where variant_id = 'red' and is_running"
    ) == [(True,)]


def test_a_look_back_sees_what_was_decided_until_then_and_keeps_nothing(nights):
    nights.put_customers(MANY[:100])
    nights.night(1, experiment(policy="rollout"))
    first, weights = nights.table(), sets(nights)
    decide(nights, 1, red=0.0, blue=1.0)
    nights.put_customers(MANY)
    nights.night(2, experiment(policy="rollout"))
    second, kept = nights.table(), nights.ask(f"from {RECORD} order by all")
    nights.put_customers(MANY[:100])
    nights.night(1, experiment(policy="rollout"), looks_back=True)
    assert (nights.table(), sets(nights)) == (first, weights)
    # before anything was declared, and with another file
    nights.night(0.5, experiment(variants=SKEWED), looks_back=True)
    assert [row[:4] for row in sets(nights)] == [(1, "blue", 0.75, "declared"), (1, "red", 0.25, "declared")]
    assert nights.ask(f"from {RECORD} order by all") == kept
    nights.put_customers(MANY)
    nights.night(2, experiment(policy="rollout"))
    assert nights.table() == second


def test_another_file_on_a_night_that_is_run_again_makes_a_set_of_its_own(nights):
    """Who was assigned by the former keeps its propensity, and what a policy made of that is forgotten."""
    nights.put_customers(MANY[:100])
    nights.night(1, experiment(policy="rollout"))
    decide(nights, 1, red=0.0, blue=1.0)
    nights.put_customers(MANY)
    nights.night(1, experiment(policy="rollout", variants=SKEWED))
    assert nights.ask("select weight_epoch, count(*) from experiments.assignments group by 1 order by 1") == [
        (1, 100),
        (2, 200),
    ]
    nights.night(2, experiment(policy="rollout", variants=SKEWED))
    assert [row[3] for row in sets(nights)] == ["declared"] * 2 + ["changed in the file"] * 2


@pytest.mark.parametrize("policy", [None, "thompson"])
def test_without_its_policy_the_files_weights_come_back(nights, policy):
    nights.put_customers(["c"])
    nights.night(1, experiment(policy="rollout"))
    decide(nights, 1, red=0.0, blue=1.0)
    nights.night(2, experiment(policy="rollout"))
    nights.night(3, experiment(policy=policy))
    assert [row[1:] for row in sets(nights)[-2:]] == [
        ("blue", 0.5, "changed in the file", 3, True), ("red", 0.5, "changed in the file", 3, True),
    ]  # fmt: skip


def test_changed_weights_of_the_file_go_before_what_a_policy_made(nights):
    nights.put_customers(["c"])
    nights.night(1, experiment(policy="rollout"))
    decide(nights, 1, red=0.0, blue=1.0)
    nights.night(2, experiment(policy="rollout", variants={"red": 1, "green": 1}))
    assert [row[1:4] for row in sets(nights)[-2:]] == [
        ("green", 0.5, "changed in the file"), ("red", 0.5, "changed in the file"),
    ]  # fmt: skip


def test_who_inherits_a_variant_inherits_its_lot(nights):
    nights.put_customers(["parent"])
    nights.night(1, experiment())
    (variant,) = nights.variants().values()
    nights.put_customers(["parent", "child"])
    split = ("split", "child", "parent", BEGIN + timedelta(days=2))
    nights.put("marts.identity_changes", [split])
    nights.night(3, experiment(variants={"red": 1, "blue": 999}))
    assert nights.ask("select unit_id, variant_id, propensity, weight_epoch from experiments.assignments") == [
        ("child", variant, 0.5, 1), ("parent", variant, 0.5, 1),
    ]  # fmt: skip


def test_a_warehouse_from_before_weights_were_recorded_goes_on(nights):
    nights.connection.execute("""
        create table operations.experiment_assignments (
            experiment_id varchar, unit varchar, unit_id varchar, variant_id varchar, assigned_at timestamp
        )
    """)
    old = ("colour", "customer", "old", "red", BEGIN)
    nights.put("operations.experiment_assignments", [old])
    bring_up_to_date(nights.connection, Path("kindred.duckdb"))
    nights.put_customers(["old", "new"])
    nights.night(1, experiment())
    assert nights.ask("select unit_id, propensity, weight_epoch from experiments.assignments order by 1") == [
        ("new", 0.5, 1), ("old", None, None),
    ]  # fmt: skip


def test_weights_of_another_tool_are_not_ours_to_record_or_change(nights):
    nights.put_customers(["c"])
    nights.put(
        "intermediate.int_experiment_exposures_gathered",
        [("colour", "exposures", "v1", None, "red", BEGIN)],
    )
    nights.night(1, experiment())
    assert sets(nights) == []
    with pytest.raises(KindredError, match="colour says policy, and exposures of another tool"):
        nights.night(1, experiment(policy="thompson"))
    with pytest.raises(ValueError, match="leave policy out"):
        experiment(policy="rollout", assigned_by="exposures")
