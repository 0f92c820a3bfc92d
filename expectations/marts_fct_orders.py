"""What must hold before orders are published. Totals may be negative (returns), never infinite."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, filled, finite_numbers, volume


def suite() -> gx.ExpectationSuite:
    """The suite of marts.fct_orders."""
    return build_suite(
        "marts.fct_orders",
        volume(),
        always_filled("feed", "order_id", "ordered_at"),
        filled("customer_id", 0.5),
        finite_numbers("total_amount_in_base_currency"),
    )
