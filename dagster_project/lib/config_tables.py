"""The config folder's files that models read, as one: read before a night, then written as tables of `operations`.

What a file may say and how its table looks belongs to its own module; feeds and destinations are no tables, but whether
one of these sends what campaigns say.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.activation.campaigns.campaigns import Campaigns, load_campaigns
from dagster_project.lib.activation.campaigns.checking import check_campaigns
from dagster_project.lib.activation.campaigns.offers import Offers, load_offers, write_offers
from dagster_project.lib.activation.campaigns.tables import write_campaigns
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.destinations.declared import sends_mail
from dagster_project.lib.activation.experiments.declared import Experiments, load_experiments
from dagster_project.lib.activation.experiments.tables import write_experiments
from dagster_project.lib.ingestion.tracking_plan import (
    TrackingPlan,
    load_tracking_plan,
    write_tracking_plan,
)
from dagster_project.lib.personalization.clusters.cluster_settings import (
    load_cluster_settings,
    refuse_withheld,
)
from dagster_project.lib.privacy.privacy_settings import (
    PrivacySettings,
    load_privacy_settings,
    write_privacy_settings,
)
from dagster_project.lib.privacy.suppressions import (
    Suppression,
    load_suppressions,
    write_suppressions,
)
from dagster_project.lib.transformation.dbt_project.project import segment_names
from dagster_project.lib.transformation.settings.identity_decisions import (
    Decision,
    load_identity_decisions,
    write_identity_decisions,
)
from dagster_project.lib.transformation.settings.identity_settings import (
    IdentitySettings,
    load_identity_settings,
    write_identity_settings,
)
from dagster_project.lib.transformation.settings.identity_truth import (
    load_identity_truth,
    write_identity_truth,
)
from dagster_project.lib.transformation.settings.nicknames import write_nicknames
from dagster_project.lib.transformation.settings.warehouse_settings import (
    WarehouseSettings,
    load_warehouse_settings,
    write_warehouse_settings,
)


@dataclass(frozen=True)
class ConfigTables:
    """What the folder says; where a file is not there, the defaults."""

    tracking_plan: TrackingPlan
    warehouse: WarehouseSettings
    privacy: PrivacySettings
    suppressions: list[Suppression]
    identity: IdentitySettings
    decisions: list[Decision]
    truth: dict[str, str]
    offers: Offers
    campaigns: Campaigns
    is_mailed: bool
    """Whether a destination sends what campaigns say."""
    experiments: Experiments
    tried_templates: dict[str, str]
    """Template -> the experiment whose variants it shows."""


def load_config_tables(config_dir: Path) -> ConfigTables:
    """Read every file. KindredError names the first fault's file, line and remedy, or a name that nothing has.

    What clusters may go by is looked at as well, since two files have a say in it.
    """
    check_campaigns(config_dir, segment_names())
    templates = load_library(config_dir).templates
    privacy = load_privacy_settings(config_dir)
    refuse_withheld(load_cluster_settings(config_dir).features, privacy.withheld_columns)
    return ConfigTables(
        load_tracking_plan(config_dir),
        load_warehouse_settings(config_dir),
        privacy,
        load_suppressions(config_dir),
        load_identity_settings(config_dir),
        load_identity_decisions(config_dir),
        load_identity_truth(config_dir),
        load_offers(config_dir),
        load_campaigns(config_dir),
        sends_mail(config_dir),
        load_experiments(config_dir),
        {
            name: template.experiment
            for name, template in templates.items()
            if template.experiment is not None
        },
    )


def write_config_tables(connection: duckdb.DuckDBPyConnection, config: ConfigTables) -> None:
    """Make the tables of `operations` say what the folder says, and the nicknames that Kindred brings."""
    write_tracking_plan(connection, config.tracking_plan)
    write_warehouse_settings(connection, config.warehouse)
    write_privacy_settings(connection, config.privacy)
    write_suppressions(connection, config.suppressions)
    write_nicknames(connection)
    write_identity_settings(connection, config.identity)
    write_identity_decisions(connection, config.decisions)
    write_identity_truth(connection, config.truth)
    write_offers(connection, config.offers)
    write_campaigns(connection, config.campaigns, is_mailed=config.is_mailed)
    write_experiments(connection, config.experiments, config.tried_templates)
