"""What follows for each level of a factor, by the declared rules."""

from __future__ import annotations

import pytest

from models_ml.experiments.readouts import Design, decide_levels, read_effects
from tests.experiments.readouts.mails import DESIGN, METRICS, converted, find, plan_of


def decide(cells, **changes):
    plan = plan_of(DESIGN, METRICS[:1], **changes)
    rows = read_effects(plan, DESIGN, converted(**cells))
    return {one.variant_id: one for one in decide_levels(plan, DESIGN, rows)}, rows


# shares of units are those declared, 1 to 3 of the images
ADDITIVE = {
    "product_none": (5_000, 500), "product_large": (15_000, 1_500), "person_none": (5_000, 900),
    "person_large": (15_000, 2_700),
}  # fmt: skip
CROSSED = ADDITIVE | {"person_none": (5_000, 500), "person_large": (15_000, 3_600)}


def test_each_level_is_decided_on_by_its_main_effect():
    decided, rows = decide(ADDITIVE)
    assert {name: one.decision for name, one in decided.items()} == {
        "subject=person": "ship", "image=large": "continue"
    }  # fmt: skip
    assert "buyers is better than in subject=product: +0.08" in decided["subject=person"].reason
    row = find(rows, "subject=person:image=large", "sequential")
    assert row.decision == "continue" and "no sign that the factors change each other's effect" in row.reason
    assert decide(ADDITIVE, is_ended=True)[0]["image=large"].decision == "stop"


@pytest.mark.parametrize("is_ended", [False, True])
def test_no_level_is_decided_on_where_its_effect_hangs_on_another_factor(is_ended):
    decided, rows = decide(CROSSED, is_ended=is_ended)
    assert {one.decision for one in decided.values()} == {"no decision"}
    assert "the effect of subject on buyers is another with another image" in decided["subject=person"].reason
    row = find(rows, "subject=person:image=large", "sequential")
    assert (
        row.decision == "continue" and "the factors change each other's effect on buyers: +0.14" in row.reason
    )


@pytest.mark.parametrize(
    ("factors", "control"),
    [
        ({}, {}), ({"a": {"x": 1}}, {"a": "x"}), ({"a": {"x": 1, "y": 0}}, {"a": "x"}),
        ({"a": {"x": 1, "y": 1}}, {"a": "z"}), ({"a": {"x": 1, "y": 1}}, {}),
    ],
)  # fmt: skip
def test_a_design_that_does_not_fit_together_is_refused(factors, control):
    with pytest.raises(ValueError, match=r"factor|weights|control"):
        Design(factors, control)
