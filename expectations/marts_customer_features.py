"""What must hold before customer features are published: scores and shares on their scale, amounts that are numbers."""

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
        always_filled("customer_id", "as_of", "order_count", "session_count", "engagement_score"),
        sane_numbers("recency_score", 1.0, 5.0),
        sane_numbers("frequency_score", 1.0, 5.0),
        sane_numbers("monetary_score", 1.0, 5.0),
        rarely_negative("order_count", 1.0),
        finite_numbers("total_revenue"),
        finite_numbers("revenue_365_days"),
        sane_numbers("engagement_score", 0.0, 100.0),
        sane_numbers("bounce_rate", 0.0, 1.0),
        sane_numbers("return_rate", 0.0, 1.0),
        sane_numbers("discounted_line_share", 0.0, 1.0),
    )
