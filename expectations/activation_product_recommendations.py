"""What must hold before lists of products are published: ranked from 1, real numbers, no product beside itself."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    always_filled,
    build_suite,
    no_groups,
    traced,
    vocabulary,
    volume,
)
from expectations.lists import ranked_lists

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
        ranked_lists("product_id", "strategy", item="recommended_product_id"),
        always_filled("model_version"),
        no_groups(PRODUCTS_BESIDE_THEMSELVES, "recommended_product_id", "no product recommends itself"),
        vocabulary("strategy", ("similar", "bought_together"), 1.0),
        traced(),
    )
