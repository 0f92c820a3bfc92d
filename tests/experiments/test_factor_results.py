"""What a night says of an experiment with factors, from exposures to decisions."""

from __future__ import annotations

import pytest

from tests.experiments.read import Readings, at, visitors

FACTORS = {"subject": {"product": 1, "person": 1}, "image": {"none": 1, "large": 3}}
CONTROL = {"subject": "product", "image": "none"}
# units and buyers; whoever sees a person buys more often, by 15 of 100 in each image
CELLS = {
    "product-none": (60, 12), "product-large": (180, 72), "person-none": (60, 21), "person-large": (180, 99),
}  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Readings:
    readings = Readings(visitors(variants={}, factors=FACTORS, control=CONTROL, ends_at=at(2)))
    exposures, events = [], []
    for variant, (units, buyers) in CELLS.items():
        for number in range(units):
            unit = f"{variant}-{number}"
            exposures.append(("colour", "exposures", unit, None, variant, at(0)))
            if number < buyers:
                events.append(("visitor", unit, "purchase", at(1), *[None] * 6))
    readings.put("intermediate.int_experiment_exposures_gathered", exposures)
    readings.put("intermediate.int_experiment_events_listed", events)
    readings.result = readings.read()
    return readings


def test_levels_and_interactions_stand_beside_combinations_under_names_of_their_own(shop):
    assert shop.ask("""
        select effect_of, variant_id, control_variant_id, list(test order by test) from experiments.results
        group by all order by all
    """) == [
        ("interaction", "subject=person:image=large", "subject=person:image=none", ["sequential", "z"]),
        *(
            (kind, variant, control, ["bayesian", "chi_square", "sequential", "z"])
            for kind, variant, control in (
                ("level", "image=large", "image=none"), ("level", "subject=person", "subject=product"),
                ("variant", "person-large", "product-none"), ("variant", "person-none", "product-none"),
                ("variant", "product-large", "product-none"),
            )
        ),
    ]  # fmt: skip


def test_a_main_effect_is_over_all_units_of_a_level(shop):
    ((units, control_units, effect, mean, is_complete),) = shop.ask("""
        select units, control_units, absolute_effect, mean, is_complete from experiments.results
        where variant_id = 'subject=person' and test = 'z'
    """)
    assert (units, control_units, is_complete) == (240, 240, True)
    assert (effect, mean) == (pytest.approx(0.15), pytest.approx(0.25 * 0.35 + 0.75 * 0.55))
    ((crossed,),) = shop.ask("""
        select absolute_effect from experiments.results where effect_of = 'interaction' and test = 'z'
    """)
    assert crossed == pytest.approx(0)


def test_levels_are_decided_on_beside_combinations(shop):
    decided = shop.ask("select effect_of, variant_id, decision from experiments.decisions order by all")
    assert decided[:2] == [("level", "image=large", "ship"), ("level", "subject=person", "ship")]
    assert [row[:2] for row in decided[2:]] == [
        ("variant", name) for name in ("person-large", "person-none", "product-large")
    ]
    assert shop.result.decisions["colour/subject=person"] == "ship"


def test_an_experiment_that_nobody_saw_says_so_of_levels_too():
    readings = Readings(visitors(variants={}, factors=FACTORS, control=CONTROL))
    decisions = readings.read().decisions
    assert set(decisions.values()) == {"no decision"} and len(decisions) == 3 + 2
    assert readings.ask("select distinct reason from experiments.decisions") == [("nobody was exposed yet",)]
