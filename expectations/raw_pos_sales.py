"""What must hold when flat sales lines arrive.

Real tills have returns (negative quantities), bad-debt corrections (large negative prices), anonymous
customers and lines without a product name: bounded or reported here, never a reason to stop.
"""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    LARGEST_AMOUNT,
    LARGEST_QUANTITY,
    build_suite,
    filled,
    fresh,
    plausible_times,
    rarely_negative,
    sane_numbers,
    volume,
)


def suite() -> gx.ExpectationSuite:
    """The suite of raw.pos_sales."""
    return build_suite(
        "raw.pos_sales",
        volume(),
        plausible_times("ordered_at"),
        fresh("ordered_at"),
        sane_numbers("quantity", -LARGEST_QUANTITY, LARGEST_QUANTITY),
        sane_numbers("unit_price", -LARGEST_AMOUNT, LARGEST_AMOUNT),
        rarely_negative("unit_price"),
        sane_numbers("discount_amount", -LARGEST_AMOUNT, LARGEST_AMOUNT),
        filled("product_name", 0.5),
    )
