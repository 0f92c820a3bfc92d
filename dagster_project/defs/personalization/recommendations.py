"""Recommendations: one op that measures, trains, judges and writes the lists, or goes back to an earlier model.

Three assets come of it. The job that goes back is here too: lists of the earlier model, their gate, the snapshot.
"""

from collections.abc import Iterator

import dagster as dg
import duckdb

from dagster_project.defs.keys import table_key
from dagster_project.defs.personalization.product_lists import VECTORS
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import PERSONALIZATION
from dagster_project.defs.tables import Metadata, declare_tables, make_tables
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import say
from dagster_project.lib.personalization.recommendations import train_and_recommend
from dagster_project.lib.personalization.reranking.reranking import Wishes, load_wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.assigned_strategies import ASSIGNMENTS, STRATEGIES
from dagster_project.lib.personalization.serving.serving import RecommenderResult, roll_back_and_recommend

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
    # lists are measured on each segment, so segments come first
    table_key("activation.segment_memberships"),
    VECTORS,
    # experiments say whose lists are made by another strategy
    *map(table_key, (ASSIGNMENTS, STRATEGIES)),
]  # fmt: skip
PUBLISHED = [dg.AssetKey(["published", name]) for name in ("snapshot", "report")]
RENDERED = [table_key("activation.content_blocks"), table_key("quality.content_faults")]


class RecommenderConfig(dg.Config):
    """What the op is asked for: a night's work, or going back to an earlier model."""

    is_rollback: bool = False
    version: str | None = None
    """The version to go back to; the one before the champion where nothing is said."""


@dg.multi_asset(
    specs=declare_tables(
        {
            RECOMMENDATIONS: "One row a customer, list and rank: what to show next.",
            EVALUATIONS: "One row a model, version and metric, measured on the last 28 days.",
            VERSIONS: "One row a trained model and what became of it.",
        },
        INPUTS,
    ),
    group_name=PERSONALIZATION,
    name="recommender",
)
def recommender(
    context: dg.AssetExecutionContext, config: RecommenderConfig, night: Night
) -> Iterator[dg.MaterializeResult]:
    """Measure on the past, train on all of it, and write everybody's lists with what the gate lets pass."""
    wishes = load_wishes(night.settings.config_dir)

    def work(connection: duckdb.DuckDBPyConnection, run: Run) -> RecommenderResult:
        if config.is_rollback:
            return _roll_back(connection, run, config.version, wishes)
        return train_and_recommend(connection, run, wishes=wishes)

    def describe(result: RecommenderResult) -> tuple[str, Metadata]:
        if result.refused:
            say(STAGE, f"warning: tonight's model is refused: {result.refused}")
            context.log.warning(f"tonight's model is refused: {result.refused}")
        return _summarize(result), _list_metadata(result)

    keys = (RECOMMENDATIONS, EVALUATIONS, VERSIONS)
    yield from make_tables(
        context, night, STAGE, keys, work, describe, what="recommendations", is_repeated=config.is_rollback
    )


def _list_metadata(result: RecommenderResult) -> Metadata:
    return {
        RECOMMENDATIONS: {"customers": result.customers, **{f"rows {k}": v for k, v in result.rows.items()}},
        EVALUATIONS: dict(result.metrics),
        VERSIONS: {
            "model_version": result.model_version or "none",
            "refused": result.refused or "no",
            "notes": result.notes,
        },
    }


def _roll_back(
    connection: duckdb.DuckDBPyConnection, run: Run, version: str | None, wishes: Wishes
) -> RecommenderResult:
    result = roll_back_and_recommend(connection, run, to_version=version, wishes=wishes)
    # no fingerprint of a night tells these lists from those before
    fingerprints.forget_all(connection)
    return result


def _summarize(result: RecommenderResult) -> str:
    lists = ", ".join(f"{rows:,} {name}" for name, rows in result.rows.items()) or "no rows"
    figures = "".join(
        f", {name} {result.metrics[name]:.3f}"
        for name in ("hybrid ndcg@10", "popularity ndcg@10")
        if name in result.metrics
    )
    notes = "".join(f"; {note}" for note in result.notes)
    return f"{result.customers:,} customers: {lists}{figures}{notes}"


rollback_recommendations = dg.define_asset_job(
    "rollback_recommendations",
    selection=dg.AssetSelection.assets(RECOMMENDATIONS, EVALUATIONS, VERSIONS, *RENDERED, *PUBLISHED),
    config=dg.RunConfig(ops={"recommender": RecommenderConfig(is_rollback=True)}),
    description="The lists of an earlier model, judged, rendered and published; config says which version.",
    executor_def=dg.in_process_executor,
)


@dg.definitions
def defs() -> dg.Definitions:
    """The assets, and the job that goes back."""
    return dg.Definitions(assets=[recommender], jobs=[rollback_recommendations])
