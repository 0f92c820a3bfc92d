"""What must hold before identities are published: every source record leads to a customer."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import WARNING, always_filled, build_suite, no_groups, sane_numbers, volume

# One shared e-mail address or till number that merges strangers shows as one giant customer.
OVERGROWN_CUSTOMERS = """
select 1 as is_overgrown
from {batch}
where record_kind in ('customer', 'loyalty', 'guest_order', 'email')
group by customer_id
having count(*) > 10000
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of marts.customer_identities."""
    return build_suite(
        "marts.customer_identities",
        volume(),
        always_filled("customer_id", "source_record_id"),
        sane_numbers("match_probability", 0.0, 1.0),
        no_groups(
            OVERGROWN_CUSTOMERS,
            "customer_id",
            "nobody is made of over 10,000 records",
            WARNING,
        ),
    )
