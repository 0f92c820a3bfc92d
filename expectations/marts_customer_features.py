"""What must hold before customer features are published: scores on their scale, amounts that are numbers."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    always_filled,
    build_suite,
    finite_numbers,
    rarely_negative,
    sane_numbers,
    volume,
)


def suite() -> gx.ExpectationSuite:
    """The suite of marts.customer_features."""
    return build_suite(
        "marts.customer_features",
        volume(),
        always_filled("customer_id", "as_of"),
        sane_numbers("recency_score", 1.0, 5.0),
        sane_numbers("frequency_score", 1.0, 5.0),
        sane_numbers("monetary_score", 1.0, 5.0),
        rarely_negative("order_count", 1.0),
        finite_numbers("total_revenue"),
    )
