"""What must hold before exposures are published: one row a unit, and no person who counts in two variants."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, no_groups, traced, unique_together, volume

SEVERAL_VARIANTS = """
select 1 as has_several
from {batch}
where not is_excluded
group by experiment_id, coalesce(customer_id, unit_id)
having min(variant_id) <> max(variant_id) or min(counted_as) <> max(counted_as)
limit 1000
"""
REASONS = """
select 1 as has_no_reason from {batch} where is_excluded <> (excluded_because is not null) limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of experiments.exposures."""
    return build_suite(
        "experiments.exposures",
        volume(),
        always_filled(
            "experiment_id", "unit", "unit_id", "variant_id", "exposed_at", "exposure_source", "counted_as",
            "is_excluded",
        ),
        unique_together("experiment_id", "unit_id"),
        no_groups(SEVERAL_VARIANTS, "variant_id", "one variant a person who counts"),
        no_groups(REASONS, "excluded_because", "a reason for whoever does not count"),
        traced(),
    )  # fmt: skip
