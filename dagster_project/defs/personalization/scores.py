"""Scores: one op that measures, trains and scores, and the table that it makes.

What became of the models is written into the tables of the recommender's evaluations and versions.
"""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, PERSONALIZATION
from dagster_project.defs.tables import Metadata, make_tables
from dagster_project.lib.personalization.scores.scores import ScoresResult, score_customers

STAGE = "scores"
SCORES = table_key("models_ml.customer_scores")
INPUTS = [
    table_key(f"marts.{name}")
    for name in (
        "dim_customers", "customer_consents", "fct_orders", "fct_sessions", "fct_events", "fct_email_events",
    )
]  # fmt: skip


@dg.asset(
    key=SCORES,
    deps=INPUTS,
    description="One row a scored customer: who will buy, who will not come back, what a year brings.",
    kinds={"duckdb", "python"},
    owners=OWNERS,
    metadata=column_metadata(SCORES),
    group_name=PERSONALIZATION,
)
def customer_scores(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Measure and train on the past, score everybody with what is not worse than before."""
    yield from make_tables(
        context,
        night,
        STAGE,
        (SCORES,),
        score_customers,
        _describe,
        what="scores",
    )


def _describe(result: ScoresResult) -> tuple[str, Metadata]:
    metadata = {
        "customers": result.customers,
        "model_versions": result.versions,
        "notes": result.notes,
        **result.metrics,
    }
    return _summarize(result), {SCORES: metadata}


def _summarize(result: ScoresResult) -> str:
    figures = "".join(
        f", {name} {result.metrics[name]:.3f}"
        for name in ("purchase_30_days auc", "churn auc")
        if name in result.metrics
    )
    notes = "".join(f"; {note}" for note in result.notes)
    return f"{result.customers:,} customers{figures}{notes}"
