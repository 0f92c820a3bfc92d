"""What must hold before weights are published: shares of sum 1 in every set, and one set present at a time."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, no_groups, traced, unique_together, volume

REASONS = ("declared", "changed in the file", "rollout", "thompson")
NO_SHARES = f"""
select 1 as is_no_set
from {{batch}}
group by experiment_id, weight_epoch
having abs(sum(weight) - 1) > 1e-9 or min(weight) < 0 or min(reason) not in {REASONS} or min(reason) <> max(reason)
limit 1000
"""
SEVERAL_PRESENT = """
select 1 as has_several
from {batch}
where is_present
group by experiment_id
having min(weight_epoch) <> max(weight_epoch)
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of experiments.weights."""
    return build_suite(
        "experiments.weights",
        volume(),
        always_filled(
            "experiment_id", "weight_epoch", "variant_id", "weight", "reason", "decided_at", "is_present"
        ),
        unique_together("experiment_id", "weight_epoch", "variant_id"),
        no_groups(NO_SHARES, "weight", "shares of sum 1 in every set"),
        no_groups(SEVERAL_PRESENT, "is_present", "one set present at a time"),
        traced(),
    )
