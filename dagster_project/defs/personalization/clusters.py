"""Clusters: one op that finds machine-made segments or assigns customers to them, and the two tables that it makes."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import PERSONALIZATION
from dagster_project.defs.tables import Metadata, declare_tables, make_tables
from dagster_project.lib.personalization.clusters.cluster_settings import load_cluster_settings
from dagster_project.lib.personalization.clusters.clusters import ClustersResult, cluster_customers
from dagster_project.lib.privacy.privacy_settings import load_privacy_settings

STAGE = "clusters"
MEMBERS = table_key("models_ml.customer_clusters")
CLUSTERS = table_key("models_ml.clusters")
INPUTS = [table_key(f"marts.{name}") for name in ("dim_customers", "customer_consents", "customer_features")]


@dg.multi_asset(
    specs=declare_tables(
        {
            MEMBERS: "One row a known customer: the machine-made segment that it is in.",
            CLUSTERS: "One row a machine-made segment: its name, size, middle and drift.",
        },
        INPUTS,
    ),
    group_name=PERSONALIZATION,
    name="customer_clusters",
)
def customer_clusters(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Find clusters once a week, and assign everybody every night."""
    settings = load_cluster_settings(night.settings.config_dir)
    withheld = load_privacy_settings(night.settings.config_dir).withheld_columns
    yield from make_tables(
        context,
        night,
        STAGE,
        (MEMBERS, CLUSTERS),
        lambda connection, run: cluster_customers(connection, run, settings, withheld),
        _describe,
        what="clusters",
    )


def _describe(result: ClustersResult) -> tuple[str, Metadata]:
    return _summarize(result), {
        MEMBERS: {"customers": result.customers, "notes": result.notes},
        CLUSTERS: {
            "model_version": result.model_version or "none",
            "sizes": result.sizes,
            **({"silhouette": result.silhouette, "drift": result.drift} if result.sizes else {}),
        },
    }


def _summarize(result: ClustersResult) -> str:
    found = "found" if result.is_refitted else "kept"
    sizes = ", ".join(f"{size:,}" for size in result.sizes)
    clusters = f"{found} {len(result.sizes)} clusters of {sizes}" if result.sizes else "no clusters"
    return f"{result.customers:,} customers: {clusters}" + "".join(f"; {note}" for note in result.notes)
