"""What must hold when product reviews arrive. Scales differ (5 stars, 10 points, percent), signs do not."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, sane_numbers, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.products_reviews."""
    return build_suite(
        "raw.products_reviews",
        volume(),
        plausible_times("reviewed_at"),
        sane_numbers("rating", 0.0, 100.0),
    )
