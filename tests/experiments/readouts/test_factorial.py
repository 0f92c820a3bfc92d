"""What each factor of an experiment did, and whether factors hang on each other."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.experiments.factors import combine_levels, name_variant, weigh_variants
from models_ml.experiments.readouts import Design, Metric, Plan, Totals, read_effects, read_out
from tests.experiments.readouts.mails import DESIGN, FACTORS, METRICS, converted, find, plan_of

NAMES = ("variant_id", "control_variant_id")
UNEVEN = converted(
    product_none=(1_000, 100), product_large=(1_000, 300), person_none=(400, 60), person_large=(1_600, 560)
)


def test_a_main_effect_is_the_mean_of_cell_differences_by_declared_shares():
    """By hand: 0.05 in both cells. Added up blindly it were 620 / 2000 - 400 / 2000 = 0.11, most of it the image's."""
    rows = read_effects(plan_of(DESIGN, METRICS[:1]), DESIGN, UNEVEN)
    row = find(rows, "subject=person", "z")
    assert row.control_variant_id == "subject=product" and row.effect_of == "level"
    assert (row.units, row.control_units) == (2_000, 2_000)
    assert row.mean == pytest.approx(0.25 * 0.15 + 0.75 * 0.35)
    assert row.control_mean == pytest.approx(0.25 * 0.10 + 0.75 * 0.30)
    assert row.absolute_effect == pytest.approx(0.05)
    squares = 0.25**2 * (0.15 * 0.85 / 400 + 0.1 * 0.9 / 1_000) + 0.75**2 * (
        0.35 * 0.65 / 1_600 + 0.3 * 0.7 / 1_000
    )
    assert row.standard_error == pytest.approx(np.sqrt(squares))
    # without an effect a pair of cells has one share: 160 of 1,400, and 860 of 2,600
    none, large = 160 / 1_400, 860 / 2_600
    expected = 0.25**2 * none * (1 - none) * (1 / 400 + 1 / 1_000) + 0.75**2 * large * (1 - large) * (
        1 / 1_600 + 1 / 1_000
    )
    assert row.statistic == pytest.approx(0.05 / np.sqrt(expected))
    assert find(rows, "subject=person", "chi_square").statistic == pytest.approx(row.statistic**2)


def test_an_interaction_is_a_difference_of_differences_with_its_standard_error():
    cells = converted(
        product_none=(1_000, 100),
        product_large=(1_000, 200),
        person_none=(1_000, 150),
        person_large=(1_000, 350),
    )
    row = find(read_effects(plan_of(DESIGN, METRICS[:1]), DESIGN, cells), "subject=person:image=large", "z")
    assert row.control_variant_id == "subject=person:image=none" and row.effect_of == "interaction"
    assert (row.mean, row.control_mean) == (pytest.approx(0.15), pytest.approx(0.05))
    assert row.absolute_effect == pytest.approx(0.1)
    squares = (0.1 * 0.9 + 0.2 * 0.8 + 0.15 * 0.85 + 0.35 * 0.65) / 1_000
    assert row.standard_error == pytest.approx(np.sqrt(squares))
    assert row.statistic == pytest.approx(0.1 / np.sqrt(squares))
    assert (row.units, row.control_units) == (2_000, 2_000)


draws = st.tuples(st.lists(st.integers(2, 300), min_size=12, max_size=12), st.integers(0, 10_000))


def draw_cells(draw_totals, drawn, variants, metrics=METRICS, segment="all"):
    sizes, seed = drawn
    return {
        (metric.name, segment, variant): draw_totals(metric.kind, sizes[place], 1 + place % 4, seed + place)
        for metric in metrics
        for place, variant in enumerate(variants)
    }


@settings(max_examples=10, deadline=None)
@given(draws, st.booleans())
def test_the_effects_of_one_factor_are_those_of_its_variants_to_the_digit(draw_totals, drawn, is_ended):
    design = Design({"colour": {"red": 1.0, "blue": 2.0}}, {"colour": "red"})
    metrics = [*METRICS, Metric("adjusted", "mean", is_covariate_used=True)]
    plan = plan_of(design, metrics, is_ended=is_ended)
    totals = draw_cells(draw_totals, drawn, plan.weights, metrics)
    totals |= draw_cells(draw_totals, drawn, plan.weights, metrics, "loyal")
    effects, variants = read_effects(plan, design, totals), read_out(plan, totals)
    assert {(row.effect_of, *(getattr(row, name) for name in NAMES)) for row in effects} == {
        ("level", "colour=blue", "colour=red")
    }
    for effect, variant in zip(effects, variants, strict=True):
        reason = variant.reason.replace("in red", "in colour=red")
        renamed = {"effect_of": "level", "variant_id": "colour=blue", "control_variant_id": "colour=red"}
        assert asdict(effect) == asdict(variant) | renamed | {"reason": reason}


@settings(max_examples=10, deadline=None)
@given(draws, st.permutations(["subject", "image"]), st.permutations(["none", "small", "large"]))
def test_how_factors_and_levels_are_called_and_ordered_changes_nothing(draw_totals, drawn, order, levels):
    weights = {"none": 1.0, "small": 2.0, "large": 4.0}
    design = Design({"subject": {"product": 1.0, "person": 2.0}, "image": weights}, DESIGN.control)
    totals = draw_cells(draw_totals, drawn, weigh_variants(design.factors))
    renamed = {"subject": "s", "image": "i"}
    factors = {"subject": design.factors["subject"], "image": {level: weights[level] for level in levels}}
    other = Design(
        {renamed[name]: {f"x{level}": weight for level, weight in factors[name].items()} for name in order},
        {renamed[name]: f"x{level}" for name, level in design.control.items()},
    )
    cells = {variant: list(cell.items()) for variant, cell in combine_levels(design.factors).items()}
    called = {variant: "-".join(f"x{dict(cell)[name]}" for name in order) for variant, cell in cells.items()}
    control = called[name_variant(design.control)]
    other_plan = Plan("mail", control, weigh_variants(other.factors), METRICS)
    moved = {(metric, segment, called[variant]): one for (metric, segment, variant), one in totals.items()}

    def by_levels(rows, names):
        return {
            (
                row.metric,
                row.test,
                frozenset((names.get(f, f), level.removeprefix("x"))
                          for f, level in (part.split("=") for part in row.variant_id.split(":"))),
            ): row
            for row in rows
        }  # fmt: skip

    ours = by_levels(read_effects(plan_of(design), design, totals), {})
    theirs = by_levels(read_effects(other_plan, other, moved), {"s": "subject", "i": "image"})
    assert ours.keys() == theirs.keys() and len(ours) == (4 + 3 + 3) * 3 + 2 * 2 * 3
    for key, row in ours.items():
        told = ("absolute_effect", "standard_error", "statistic", "p_value", "p_value_adjusted", "ci_low",
                "ci_high", "chance_best", "sample_ratio_p_value", "decision")  # fmt: skip
        for name in told:
            value = getattr(row, name)
            expected = pytest.approx(value, rel=1e-6, abs=1e-9) if isinstance(value, float) else value
            assert getattr(theirs[key], name) == expected, (key, name)


def test_p_values_are_adjusted_among_main_effects_and_among_interactions():
    rows = read_effects(plan_of(DESIGN, METRICS[:1]), DESIGN, UNEVEN)
    person, large = (find(rows, name, "z") for name in ("subject=person", "image=large"))
    first, second = sorted((person, large), key=lambda row: row.p_value)
    assert first.p_value_adjusted == pytest.approx(min(1, 2 * first.p_value))
    assert second.p_value_adjusted == pytest.approx(max(second.p_value, first.p_value_adjusted))
    alone = find(rows, "subject=person:image=large", "z")
    assert alone.p_value_adjusted == alone.p_value


def test_a_level_that_loses_units_is_seen_though_no_variant_shows_it():
    design = Design(
        {"subject": {"product": 1, "person": 1}, "image": {"none": 1, "a": 1, "b": 1, "c": 1}}, DESIGN.control
    )
    plan = plan_of(design, METRICS[:1])
    cells = {
        ("buyers", "all", variant): Totals(925 if variant.startswith("person") else 1_000, 100, 100)
        for variant in plan.weights
    }
    rows = read_effects(plan, design, cells)
    assert read_out(plan, cells)[0].sample_ratio_p_value > 0.05
    for row in rows:
        is_of_subject = row.variant_id.startswith("subject")
        assert (row.sample_ratio_p_value < 0.001) == (is_of_subject and row.effect_of == "level")
        assert ("sample-ratio mismatch" in row.reason) == (row.sample_ratio_p_value < 0.001)


def test_a_combination_that_nobody_has_leaves_untold_what_hangs_on_it():
    cells = {key: one for key, one in UNEVEN.items() if key[2] != "person-large"}
    for row in read_effects(plan_of(DESIGN, METRICS[:1]), DESIGN, cells):
        assert (row.absolute_effect, row.ci_low, row.p_value, row.standard_error) == (None,) * 4
        assert row.decision == "no decision" and row.reason


def test_segments_have_main_effects_and_no_interactions(draw_totals):
    variants = weigh_variants(FACTORS)
    drawn = ([200] * 12, 1)
    totals = draw_cells(draw_totals, drawn, variants) | draw_cells(
        draw_totals, drawn, variants, segment="loyal"
    )
    rows = read_effects(plan_of(DESIGN), DESIGN, totals)
    assert {(row.segment, row.effect_of) for row in rows} == {
        ("all", "level"), ("loyal", "level"), ("all", "interaction")
    }  # fmt: skip
    one, other = (find(rows, "image=large", "z", segment=segment) for segment in ("all", "loyal"))
    assert one.absolute_effect == other.absolute_effect


def test_a_covariate_narrows_main_effects_and_interactions(draw_totals):
    metric = Metric("adjusted", "mean", is_covariate_used=True)
    drawn = ([300] * 12, 5)
    totals = draw_cells(draw_totals, drawn, weigh_variants(FACTORS), [metric])
    rows = read_effects(plan_of(DESIGN, [metric]), DESIGN, totals)
    plain = read_effects(plan_of(DESIGN, [replace(metric, is_covariate_used=False)]), DESIGN, totals)
    for row, other in zip(rows, plain, strict=True):
        if row.test in ("welch_t", "sequential"):
            assert row.standard_error < other.standard_error
            assert row.standard_error == pytest.approx(
                (1 - row.standard_error_reduction) * other.standard_error
            )
