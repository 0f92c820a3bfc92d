"""What must hold before lists of segments are published: complete, ranked from 1, of real numbers."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    always_filled,
    build_suite,
    finite_numbers,
    no_groups,
    traced,
    unique_together,
    vocabulary,
    volume,
)

LISTS_WITH_GAPS = """
select 1 as has_gap
from {batch}
group by segment
having min(rank) <> 1 or max(rank) <> count(*)
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of activation.segment_recommendations."""
    return build_suite(
        "activation.segment_recommendations",
        volume(),
        always_filled("segment", "rank", "product_id", "score", "strategy"),
        unique_together("segment", "rank"),
        unique_together("segment", "product_id"),
        no_groups(LISTS_WITH_GAPS, "rank", "ranks of a list run from 1 without gaps"),
        finite_numbers("score"),
        vocabulary("strategy", ("segment_popularity", "popularity", "newcomer_popularity"), 1.0),
        traced(),
    )
