"""What must hold before recommendations are published: complete lists, ranked from 1, of real numbers."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    always_filled,
    build_suite,
    required_volume,
    sane_numbers,
    traced,
    vocabulary,
    volume,
)
from expectations.lists import ranked_lists


def suite() -> gx.ExpectationSuite:
    """The suite of activation.customer_recommendations."""
    return build_suite(
        "activation.customer_recommendations",
        required_volume(),
        volume(),
        ranked_lists("customer_id", "list_name", item="product_id"),
        always_filled("strategy", "propensity"),
        sane_numbers("propensity", 0.0, 1.0),
        vocabulary("list_name", ("for_you", "discover", "content"), 1.0),
        traced(),
    )
