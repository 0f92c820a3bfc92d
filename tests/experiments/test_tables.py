"""What files of experiments/ say is what the tables hold, and which figures from before they may name."""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.lib.activation.experiments.covariates import Covariate, find_covariate
from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.activation.experiments.tables import write_experiments

DECLARED = {
    "experiment_id": "colour", "hypothesis": "red", "unit": "visitor", "variants": {"red": 1, "blue": 3},
    "control": "red", "assigned_by": "exposures", "starts_at": "2026-03-01",
    "metrics": [
        {"name": "buyers", "kind": "conversion", "event_name": "purchase", "window_days": 14},
        {"name": "revenue", "kind": "mean", "event_name": "purchase", "value": "revenue"},
        {"name": "basket", "kind": "ratio", "event_name": "purchase", "value": "revenue"},
    ],
    "guardrails": ["revenue", {"name": "refunds", "kind": "count", "event_name": "refund"}],
    "covariate": "buyers",
}  # fmt: skip


def test_what_the_files_say_is_what_the_tables_hold():
    one = Experiment.model_validate(DECLARED)
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        for _ in range(2):
            write_experiments(connection, {"colour": one}, {"banner": "colour"})
        ask = {
            table: connection.execute(f"select {columns} from operations.{table} order by all").fetchall()
            for table, columns in {
                "experiments": "* exclude (starts_at, ends_at), starts_at::varchar, ends_at",
                "experiment_variants": "*", "experiment_metrics": "*", "experiment_covariates": "*",
                "experiment_templates": "*",
            }.items()
        }  # fmt: skip
    assert ask == {
        "experiments": [("colour", "visitor", "exposures", "2026-03-01 00:00:00", None)],
        "experiment_variants": [("colour", "blue", 0.75, False), ("colour", "red", 0.25, True)],
        "experiment_metrics": [
            ("colour", "basket", "ratio", "purchase", "revenue", 7.0, False),
            ("colour", "buyers", "conversion", "purchase", None, 14.0, False),
            ("colour", "refunds", "count", "refund", None, 7.0, True),
            ("colour", "revenue", "mean", "purchase", "revenue", 7.0, True),
        ],
        # whether there was a purchase in as many days before; a ratio makes no use of it
        "experiment_covariates": [
            ("colour", metric, "purchase", None, 14.0, True) for metric in ("buyers", "refunds", "revenue")
        ],
        "experiment_templates": [("colour", "banner")],
    }


@pytest.mark.parametrize(
    ("name", "covariate"),
    [
        ("total_revenue", Covariate(("purchase",), "revenue")),
        ("order_count", Covariate(("purchase",))),
        ("revenue_90_days", Covariate(("purchase",), "revenue", 90)),
        ("orders_1_day", Covariate(("purchase",), None, 1)),
        ("searches_30_days", Covariate(("search", "view_search_results"), None, 30)),
    ],
)
def test_a_figure_from_before_is_called_as_among_the_features_of_customers(name, covariate):
    assert find_covariate(name) == covariate


@pytest.mark.parametrize(
    "name", ["recency_days", "revenue_0_days", "revenue_days", "total_revenue_30_days", ""]
)
def test_another_figure_is_refused_with_those_that_there_are(name):
    with pytest.raises(
        ValueError, match="no figure from before: buyers, total_revenue, order_count, or such as"
    ):
        find_covariate(name, ["buyers"])
