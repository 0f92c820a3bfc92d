"""What must hold when orders arrive. Negative totals are returns, so only their size is bounded."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    LARGEST_AMOUNT,
    build_suite,
    filled,
    fresh,
    plausible_times,
    sane_numbers,
    volume,
)


def suite() -> gx.ExpectationSuite:
    """The suite of raw.pos_orders."""
    return build_suite(
        "raw.pos_orders",
        volume(),
        plausible_times("ordered_at"),
        fresh("ordered_at"),
        sane_numbers("total_amount", -LARGEST_AMOUNT, LARGEST_AMOUNT),
        filled("total_amount", 0.5),
    )
