"""What must hold before segment memberships are published."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, no_groups, traced, unique_together, volume

SEVERAL_PRIMARY_SEGMENTS = """
select 1 as has_several
from {batch}
where is_primary
group by customer_id
having count(*) > 1
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of activation.segment_memberships."""
    return build_suite(
        "activation.segment_memberships",
        volume(),
        always_filled("customer_id", "segment", "is_primary"),
        unique_together("customer_id", "segment"),
        no_groups(SEVERAL_PRIMARY_SEGMENTS, "is_primary", "at most one primary segment a customer"),
        traced(),
    )
