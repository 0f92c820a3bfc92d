"""What the ops of several stages share: the names of stages, which group the assets, and not repeating work."""

from collections.abc import Callable
from typing import Any

import duckdb

from dagster_project.defs.resources import Night
from dagster_project.lib.activation.content.library import FOLDER as TEMPLATES
from dagster_project.lib.activation.content.shop import FILE as SHOP
from dagster_project.lib.activation.destinations.declared import FILE as DESTINATIONS
from dagster_project.lib.activation.destinations.declared import sends_mail
from dagster_project.lib.activation.experiments.declared import FOLDER as EXPERIMENTS
from dagster_project.lib.alerting.settings import FILE as ALERTS
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.ingestion.clock import raw_fingerprint
from dagster_project.lib.personalization.clusters.cluster_settings import FILE as CLUSTERS
from dagster_project.lib.personalization.reranking.exclusions import FILE as EXCLUSIONS
from dagster_project.lib.personalization.settings.recommendations import FILE as RECOMMENDATIONS
from dagster_project.lib.publication.publication_settings import FILE as PUBLISHING
from dagster_project.lib.transformation.dbt_project.project import project_hash
from dagster_project.lib.validation.monitoring.acknowledgements import FILE as ACKNOWLEDGEMENTS
from dagster_project.settings import PROJECT

INGESTION, PRIVACY, TRANSFORMATION, PERSONALIZATION, PUBLICATION, ACTIVATION = (
    "ingestion",
    "privacy",
    "transformation",
    "personalization",
    "publication",
    "activation",
)
_READ_LATER = [CLUSTERS, EXCLUSIONS, RECOMMENDATIONS, SHOP, TEMPLATES, EXPERIMENTS]
"""Files and folders of the configuration that only stages after the scores read."""
ARRIVAL = "arrival"
"""The gate of what arrived."""
_TOLD_OF = [DESTINATIONS, PUBLISHING, ALERTS, ACKNOWLEDGEMENTS]
"""Files of the configuration that decide no table but those which the stages that read them fingerprint themselves."""
OWNERS = ["team:data-engineering"]
ON_DEMAND_TAG = "kindred/on_demand"
ON_DEMAND = {ON_DEMAND_TAG: "true"}
"""Tags of assets that no night makes."""
STARTED_BY = "kindred/started_by"
"""Tag of runs that a command started, which tells of their failure itself."""
BETWEEN_NIGHTS = {"kindred/between_nights": "true"}
"""Tags of runs that take in what came and leave to the night what concerns everybody."""


def reuse_metadata(run_id: str) -> dict[str, Any]:
    """What an asset says that was not made anew."""
    return {"reused_from_run": run_id, "why": "its inputs are those of that run, by content"}


def code_hash(night: Night) -> str:
    """Names the code, the SQL and the configuration of this night.

    Of destinations only whether one sends mail, which campaigns ask: another address shall cost no stage its night, nor
    shall how many snapshots are kept.
    """
    return night.hash_once("code", lambda: _hash(night, _TOLD_OF))


def models_hash(night: Night) -> str:
    """Names of `code_hash` what models before the scores can see: what lists and mails shall be like is read later."""
    return night.hash_once("models", lambda: _hash(night, [*_TOLD_OF, *_READ_LATER]))


def _hash(night: Night, leave_out: list[str]) -> str:
    python = [PROJECT / name for name in ("dagster_project", "models_ml", "expectations")]
    config = night.settings.config_dir
    return fingerprints.hash_text(
        project_hash(),
        fingerprints.hash_folders(python, frozenset({".py", ".yml", ".j2", ".css", ".csv"})),
        fingerprints.hash_folders(
            [config], frozenset({".yml", ".csv"}), [config / name for name in leave_out]
        ),
        sends_mail(config),
        (PROJECT / "requirements.lock").read_text(),
    )


def night_fingerprint(
    connection: duckdb.DuckDBPyConnection, night: Night, stage: str, code: Callable[[Night], str] = code_hash
) -> str:
    """Names everything that decides what a stage makes: the raw rows, the instant, the code and the configuration."""
    return fingerprints.hash_text(stage, raw_fingerprint(connection), read_as_of(connection), code(night))
