"""What must hold before interests are published: shares of a customer's attention."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, sane_numbers, volume


def suite() -> gx.ExpectationSuite:
    """The suite of marts.customer_interests."""
    return build_suite(
        "marts.customer_interests",
        volume(),
        always_filled("customer_id", "category", "interest"),
        sane_numbers("interest", 0.0, 1.0),
    )
