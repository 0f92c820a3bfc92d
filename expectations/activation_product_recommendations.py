"""What must hold before lists of products are published: ranked from 1, real numbers, no product beside itself."""

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
group by product_id, strategy
having min(rank) <> 1 or max(rank) <> count(*)
limit 1000
"""
PRODUCTS_BESIDE_THEMSELVES = """
select 1 as is_itself
from {batch}
where product_id = recommended_product_id
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of activation.product_recommendations."""
    return build_suite(
        "activation.product_recommendations",
        volume(),
        always_filled("product_id", "strategy", "rank", "recommended_product_id", "score", "model_version"),
        unique_together("product_id", "strategy", "rank"),
        unique_together("product_id", "strategy", "recommended_product_id"),
        no_groups(LISTS_WITH_GAPS, "rank", "ranks of a list run from 1 without gaps"),
        no_groups(PRODUCTS_BESIDE_THEMSELVES, "recommended_product_id", "no product recommends itself"),
        finite_numbers("score"),
        vocabulary("strategy", ("similar", "bought_together"), 1.0),
        traced(),
    )
