"""Recommendations: one op that measures, trains and writes the lists, three assets that it makes."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.personalization.product_lists import VECTORS
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PERSONALIZATION, reuse_metadata, unless_done
from dagster_project.lib.common.progress import reporting
from dagster_project.lib.personalization.recommendations import RecommenderResult, train_and_recommend
from dagster_project.lib.personalization.reranking import load_wishes

STAGE = "personalization"
RECOMMENDATIONS = table_key("activation.customer_recommendations")
EVALUATIONS = table_key("quality.model_evaluations")
VERSIONS = table_key("quality.model_versions")
INPUTS = [
    *(
        table_key(f"marts.{name}")
        for name in (
            "fct_order_lines", "fct_events", "fct_reviews", "dim_products", "dim_customers", "customer_consents",
            "customer_identities", "customer_id_aliases", "customer_interests",
        )
    ),
    # lists are measured on each segment, so segments come first; by a table that no gate checks before a release, since
    # waiting for the gate of memberships would part the models of segments into two runs of dbt
    table_key("activation.segment_flags"),
    VECTORS,
]  # fmt: skip


@dg.multi_asset(
    specs=[
        dg.AssetSpec(key, deps=INPUTS, description=description, kinds={"duckdb", "python"}, owners=OWNERS)
        for key, description in {
            RECOMMENDATIONS: "One row a customer, list and rank: what to show next.",
            EVALUATIONS: "One row a model, version and metric, measured on the last 28 days.",
            VERSIONS: "One row a trained model and what became of it.",
        }.items()
    ],
    group_name=PERSONALIZATION,
    name="recommender",
)
def recommender(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Measure on the past, train on all of it, write everybody's lists."""
    run_id = context.run.run_id
    wishes = load_wishes(night.settings.config_dir)
    with night.connect() as connection, reporting(STAGE) as outcome:
        result = unless_done(
            connection,
            night,
            STAGE,
            run_id,
            lambda: train_and_recommend(
                connection,
                folder=night.settings.models,
                run_id=run_id,
                computed_at=night.now(),
                wishes=wishes,
            ),
        )
        if isinstance(result, str):
            outcome.message = "unchanged inputs: the recommendations of the last night stand"
            metadata = dict.fromkeys((RECOMMENDATIONS, EVALUATIONS, VERSIONS), reuse_metadata(result))
        else:
            outcome.message = _summarize(result)
            metadata = {
                RECOMMENDATIONS: {
                    "customers": result.customers,
                    **{f"rows {k}": v for k, v in result.rows.items()},
                },
                EVALUATIONS: dict(result.metrics),
                VERSIONS: {"model_version": result.model_version or "none", "notes": result.notes},
            }
    for key, entries in metadata.items():
        yield dg.MaterializeResult(asset_key=key, metadata=entries)


def _summarize(result: RecommenderResult) -> str:
    lists = ", ".join(f"{rows:,} {name}" for name, rows in result.rows.items()) or "no rows"
    figures = "".join(
        f", {name} {result.metrics[name]:.3f}"
        for name in ("hybrid ndcg@10", "popularity ndcg@10")
        if name in result.metrics
    )
    notes = "".join(f"; {note}" for note in result.notes)
    return f"{result.customers:,} customers: {lists}{figures}{notes}"
