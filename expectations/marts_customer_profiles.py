"""What must hold before profiles are published: everybody has one. What is in it, its schema says."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, volume


def suite() -> gx.ExpectationSuite:
    """The suite of marts.customer_profiles."""
    return build_suite(
        "marts.customer_profiles",
        volume(),
        always_filled("customer_id", "profile"),
    )
