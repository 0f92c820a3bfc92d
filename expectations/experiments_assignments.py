"""What must hold before assignments are published: one variant a unit, and no customer with two who counts."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, no_groups, traced, unique_together, volume

SEVERAL_VARIANTS = """
select 1 as has_several
from {batch}
where not is_excluded and customer_id is not null
group by experiment_id, customer_id
having min(variant_id) <> max(variant_id)
limit 1000
"""
IMPOSSIBLE = """
select 1 as is_impossible
from {batch}
where propensity not between 1e-12 and 1 or (propensity is null) <> (weight_epoch is null)
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of experiments.assignments."""
    return build_suite(
        "experiments.assignments",
        volume(),
        always_filled("experiment_id", "unit", "unit_id", "variant_id", "assigned_at", "is_excluded"),
        unique_together("experiment_id", "unit_id"),
        no_groups(SEVERAL_VARIANTS, "variant_id", "one variant a customer who counts"),
        no_groups(IMPOSSIBLE, "propensity", "propensities above 0, each of a set of weights"),
        traced(),
    )
