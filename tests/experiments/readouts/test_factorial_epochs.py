"""Factors whose shares moved while the metric did: effects are told within epochs, and added up they would be wrong."""

from __future__ import annotations

import pytest

from models_ml.experiments.readouts import Epoch, read_effects, read_effects_of_epochs
from tests.experiments.readouts.mails import DESIGN, METRICS, converted, find, plan_of

PLAN = plan_of(DESIGN, METRICS[:1])
VARIANTS = list(PLAN.weights)


def _epoch(level, units):
    """An epoch in which everybody converts at one rate, whatever they were shown."""
    cells = {name.replace("-", "_"): (number, number * level) for name, number in units.items()}
    return Epoch(units, converted(**cells))


def test_a_rate_that_rises_while_shares_move_is_no_effect_of_any_level():
    persons = [name for name in VARIANTS if name.startswith("person")]
    few = {name: 100 if name in persons else 900 for name in VARIANTS}
    many = {name: 900 if name in persons else 100 for name in VARIANTS}
    epochs = [_epoch(0.1, few), _epoch(0.5, many)]
    rows = read_effects_of_epochs(PLAN, DESIGN, epochs)
    level = find(rows, "subject=person", "z")
    assert level.absolute_effect == pytest.approx(0, abs=1e-9)
    assert (level.units, level.control_units, level.weight_epochs, level.unmatched_units) == (
        2000,
        2000,
        2,
        0,
    )
    assert level.sample_ratio_p_value == pytest.approx(1)
    interaction = find(rows, "subject=person:image=large", "z")
    assert interaction.absolute_effect == pytest.approx(0, abs=1e-9)
    added = {key: epochs[0].totals[key] + epochs[1].totals[key] for key in epochs[0].totals}
    naive = find(read_effects(PLAN, DESIGN, added), "subject=person", "z")
    assert naive.absolute_effect == pytest.approx(0.46 - 0.14)


def test_units_that_are_held_to_other_shares_than_theirs_are_told():
    units = dict.fromkeys(VARIANTS, 500)
    wrong = [
        Epoch({**PLAN.weights, VARIANTS[0]: 8 * PLAN.weights[VARIANTS[0]]}, _epoch(0.2, units).totals)
    ] * 2
    rows = read_effects_of_epochs(PLAN, DESIGN, wrong)
    assert {row.decision for row in rows} == {"no decision"}
    assert all("sample-ratio mismatch" in row.reason for row in rows)
