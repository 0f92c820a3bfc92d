"""What the ops of several stages share: the names of stages, which group the assets, and not repeating work."""

from typing import Any

import duckdb

from dagster_project.defs.resources import Night
from dagster_project.lib.activation.destinations.declared import FILE as DESTINATIONS
from dagster_project.lib.activation.destinations.declared import sends_mail
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.ingestion.clock import raw_fingerprint
from dagster_project.lib.transformation.dbt_project.project import project_hash
from dagster_project.settings import PROJECT

INGESTION, TRANSFORMATION, PERSONALIZATION, PUBLICATION, ACTIVATION = (
    "ingestion",
    "transformation",
    "personalization",
    "publication",
    "activation",
)
OWNERS = ["team:data-engineering"]
ON_DEMAND_TAG = "kindred/on_demand"
ON_DEMAND = {ON_DEMAND_TAG: "true"}
"""Tags of assets that no night makes."""


def reuse_metadata(run_id: str) -> dict[str, Any]:
    """What an asset says that was not made anew."""
    return {"reused_from_run": run_id, "why": "its inputs are those of that run, by content"}


def night_fingerprint(connection: duckdb.DuckDBPyConnection, night: Night, stage: str) -> str:
    """Names everything that decides what a stage makes: the raw rows, the instant, the code and the configuration."""
    return fingerprints.hash_text(
        stage, raw_fingerprint(connection), read_as_of(connection), code_hash(night)
    )


def code_hash(night: Night) -> str:
    """Names the code, the SQL and the configuration of this night.

    Of destinations only whether one sends mail, which campaigns ask: another address shall cost no stage its night.
    """
    python = [PROJECT / name for name in ("dagster_project", "models_ml", "expectations")]
    config = night.settings.config_dir
    return fingerprints.hash_text(
        project_hash(),
        fingerprints.hash_folders(python, frozenset({".py", ".yml", ".j2", ".css", ".csv"})),
        fingerprints.hash_folders([config], frozenset({".yml", ".csv"}), leave_out=[config / DESTINATIONS]),
        sends_mail(config),
        (PROJECT / "requirements.lock").read_text(),
    )
