"""What must hold before lists of segments are published: complete, ranked from 1, of real numbers."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    always_filled,
    build_suite,
    traced,
    vocabulary,
    volume,
)
from expectations.lists import ranked_lists


def suite() -> gx.ExpectationSuite:
    """The suite of activation.segment_recommendations."""
    return build_suite(
        "activation.segment_recommendations",
        volume(),
        ranked_lists("segment", item="product_id"),
        always_filled("strategy"),
        vocabulary("strategy", ("segment_popularity", "popularity", "newcomer_popularity"), 1.0),
        traced(),
    )
