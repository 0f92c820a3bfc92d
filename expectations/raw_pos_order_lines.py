"""What must hold when order lines arrive. A negative quantity is a return; a negative price is rare."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    LARGEST_AMOUNT,
    LARGEST_QUANTITY,
    build_suite,
    rarely_negative,
    sane_numbers,
    volume,
)


def suite() -> gx.ExpectationSuite:
    """The suite of raw.pos_order_lines."""
    return build_suite(
        "raw.pos_order_lines",
        volume(),
        sane_numbers("quantity", -LARGEST_QUANTITY, LARGEST_QUANTITY),
        sane_numbers("unit_price", -LARGEST_AMOUNT, LARGEST_AMOUNT),
        rarely_negative("unit_price"),
        sane_numbers("discount_amount", -LARGEST_AMOUNT, LARGEST_AMOUNT),
    )
