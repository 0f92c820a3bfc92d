"""What must hold before customers are published: nobody got lost since last night."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, required_volume, volume


def suite() -> gx.ExpectationSuite:
    """The suite of marts.dim_customers."""
    return build_suite(
        "marts.dim_customers",
        required_volume(),
        volume(),
        always_filled("customer_id", "is_known"),
    )
