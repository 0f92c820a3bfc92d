"""What must hold when exchange rates arrive: a rate of zero or less would turn revenue into nonsense."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, sane_dates, sane_numbers, volume

SMALLEST_RATE = 1e-6
LARGEST_RATE = 1e6


def suite() -> gx.ExpectationSuite:
    """The suite of raw.context_exchange_rates."""
    return build_suite(
        "raw.context_exchange_rates",
        volume(),
        sane_dates("rate_date"),
        sane_numbers("rate_to_base", SMALLEST_RATE, LARGEST_RATE),
    )
