"""What must hold before results are published: one row a test, and numbers that can be what they say."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    always_filled,
    build_suite,
    finite_numbers,
    no_groups,
    traced,
    unique_together,
    volume,
)

TESTS = ("z", "chi_square", "welch_t", "sequential", "bayesian")
DECISIONS = ("ship", "stop", "continue", "no decision")
EFFECTS = ("variant", "level", "interaction")
UNKNOWN_WORDS = f"""
select 1 as is_unknown
from {{batch}}
where test not in {TESTS} or decision not in {DECISIONS} or effect_of not in {EFFECTS}
limit 1000
"""
IMPOSSIBLE = """
select 1 as is_impossible
from {batch}
where
    units < 0 or control_units < 0 or standard_error < 0 or ci_low > ci_high
    or p_value not between 0 and 1 or p_value_adjusted not between 0 and 1
    or sample_ratio_p_value not between 0 and 1
    or chance_to_beat not between -1e-9 and 1 + 1e-9 or chance_best not between -1e-9 and 1 + 1e-9
    or (
        kind = 'conversion' and test in ('z', 'chi_square') and effect_of <> 'interaction'
        and mean not between -1e-9 and 1 + 1e-9
    )
limit 1000
"""
OUTSIDE = """
select 1 as is_outside
from {batch}
where test in ('z', 'welch_t', 'sequential') and absolute_effect not between ci_low and ci_high
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of experiments.results."""
    return build_suite(
        "experiments.results",
        volume(),
        always_filled(
            "experiment_id", "metric", "variant_id", "control_variant_id", "segment", "test", "units",
            "control_units", "decision", "effect_of",
        ),
        unique_together("experiment_id", "metric", "variant_id", "segment", "test"),
        finite_numbers("absolute_effect"),
        no_groups(UNKNOWN_WORDS, "test", "tests, decisions and effects that there are"),
        no_groups(IMPOSSIBLE, "p_value", "shares between 0 and 1, ends of intervals in their order"),
        no_groups(OUTSIDE, "absolute_effect", "effects inside their intervals"),
        traced(),
    )  # fmt: skip
