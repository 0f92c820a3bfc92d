"""What must hold when the product catalogue arrives."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    LARGEST_AMOUNT,
    build_suite,
    filled,
    plausible_times,
    sane_numbers,
    vocabulary,
    volume,
)

ITEM_TYPES = ("product", "article", "guide", "video")


def suite() -> gx.ExpectationSuite:
    """The suite of raw.products_catalog."""
    return build_suite(
        "raw.products_catalog",
        volume(),
        plausible_times("updated_at"),
        sane_numbers("price", 0.0, LARGEST_AMOUNT),
        sane_numbers("list_price", 0.0, LARGEST_AMOUNT),
        filled("category", 0.5),
        filled("price", 0.5),
        vocabulary("item_type", ITEM_TYPES),
    )
