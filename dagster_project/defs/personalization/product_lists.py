"""Lists of products: one op that makes product vectors and writes what is similar and what is bought together.

It runs before the recommender, which takes the vectors for articles, guides and videos and waits for them alone: the
lists are judged with its own before publication.
"""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PERSONALIZATION
from dagster_project.defs.tables import Metadata, make_tables
from dagster_project.lib.personalization.products.product_lists import ProductListsResult, write_product_lists
from dagster_project.lib.personalization.settings.recommendations import load_recommendation_settings

STAGE = "products"
VECTORS = table_key("models_ml.product_vectors")
PRODUCT_RECOMMENDATIONS = table_key("activation.product_recommendations")
INPUTS = [
    table_key(f"marts.{name}")
    for name in (
        "dim_products", "fct_reviews", "fct_order_lines", "fct_events", "fct_sessions", "dim_customers",
        "customer_consents",
    )
]  # fmt: skip


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key,
            deps=INPUTS,
            description=description,
            kinds=kinds,
            owners=OWNERS,
            metadata=column_metadata(key),
        )
        for key, description, kinds in (
            (
                VECTORS,
                "One vector a product, article, guide and video, of what is written about it.",
                {"numpy"},
            ),
            (
                PRODUCT_RECOMMENDATIONS,
                "One row a product, strategy and rank: what is similar to it, and what is bought together with it.",
                {"duckdb", "python"},
            ),
        )
    ],
    group_name=PERSONALIZATION,
    name="product_lists",
)
def product_lists(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Make vectors of what is written about products, choose them by measure, and write the lists."""
    settings = load_recommendation_settings(night.settings.config_dir).content
    yield from make_tables(
        context,
        night,
        STAGE,
        (VECTORS, PRODUCT_RECOMMENDATIONS),
        lambda connection, run: write_product_lists(connection, run, settings),
        _describe,
    )


def _describe(result: ProductListsResult) -> tuple[str, Metadata]:
    return _summarize(result), {
        VECTORS: {"model_version": result.model_version, "method": result.method, **result.metrics},
        PRODUCT_RECOMMENDATIONS: {f"rows {name}": rows for name, rows in result.rows.items()},
    }


def _summarize(result: ProductListsResult) -> str:
    lists = ", ".join(f"{rows:,} {strategy}" for strategy, rows in result.rows.items())
    return f"{result.products:,} products: {lists}; vectors by {result.method}"
