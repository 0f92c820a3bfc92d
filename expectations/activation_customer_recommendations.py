"""What must hold before recommendations are published: complete lists, ranked from 1, of real numbers."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    always_filled,
    build_suite,
    finite_numbers,
    no_groups,
    required_volume,
    sane_numbers,
    traced,
    unique_together,
    vocabulary,
    volume,
)

LISTS_WITH_GAPS = """
select 1 as has_gap
from {batch}
group by customer_id, list_name
having min(rank) <> 1 or max(rank) <> count(*)
limit 1000
"""


def suite() -> gx.ExpectationSuite:
    """The suite of activation.customer_recommendations."""
    return build_suite(
        "activation.customer_recommendations",
        required_volume(),
        volume(),
        always_filled("customer_id", "list_name", "rank", "product_id", "score", "strategy", "propensity"),
        unique_together("customer_id", "list_name", "rank"),
        unique_together("customer_id", "list_name", "product_id"),
        no_groups(LISTS_WITH_GAPS, "rank", "ranks of a list run from 1 without gaps"),
        finite_numbers("score"),
        sane_numbers("propensity", 0.0, 1.0),
        vocabulary("list_name", ("for_you", "discover", "content"), 1.0),
        traced(),
    )
