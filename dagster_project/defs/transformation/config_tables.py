"""What the config folder says to the models, as tables that they read."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.columns import column_metadata
from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import OWNERS, TRANSFORMATION
from dagster_project.lib.activation.campaigns import offers, tables
from dagster_project.lib.activation.experiments import tables as experiments
from dagster_project.lib.config_tables import load_config_tables, write_config_tables
from dagster_project.lib.ingestion import tracking_plan
from dagster_project.lib.privacy import privacy_settings, suppressions
from dagster_project.lib.transformation.settings import (
    attribute_rules,
    identity_decisions,
    identity_settings,
    identity_truth,
    nicknames,
    warehouse_settings,
)

PLAN, SETTINGS = table_key(tracking_plan.TABLE), table_key(warehouse_settings.TABLE)
NICKNAMES = table_key(nicknames.TABLE)
UNDECIDED, SENSITIVE = table_key(privacy_settings.UNDECIDED), table_key(privacy_settings.SENSITIVE)
SUPPRESSIONS = table_key(suppressions.TABLE)
IDENTITY, SHARED_VALUES, DECISIONS = (
    table_key(identity_settings.TABLE),
    table_key(identity_settings.SHARED_VALUES),
    table_key(identity_decisions.TABLE),
)
TRUTH = table_key(identity_truth.TABLE)
OFFERS, OFFER_SEGMENTS = table_key(offers.OFFERS), table_key(offers.SEGMENTS)
CAMPAIGNS, STEPS, AUDIENCES, EXITS, TIMES = map(
    table_key, (tables.CAMPAIGNS, tables.STEPS, tables.SEGMENTS, tables.EXITS, tables.TIMES)
)
EXPERIMENTS, VARIANTS, METRICS, COVARIATES, TEMPLATES, STRATEGIES = map(
    table_key,
    (
        experiments.EXPERIMENTS, experiments.VARIANTS, experiments.METRICS, experiments.COVARIATES,
        experiments.TEMPLATES, experiments.STRATEGIES,
    ),
)  # fmt: skip
SURVIVORSHIP, IMPUTATION = table_key(attribute_rules.SURVIVORSHIP), table_key(attribute_rules.IMPUTATION)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            key, description=description, kinds={"duckdb"}, owners=OWNERS, metadata=column_metadata(key)
        )
        for key, description in {
            PLAN: "One row an event and parameter of tracking_plan.yml, or of GA4's events where there is none.",
            SETTINGS: "One row, what warehouse.yml says of all tables.",
            UNDECIDED: "One row a purpose, with what holds where somebody has decided nothing.",
            SUPPRESSIONS: "One row a line and purpose of suppressions.csv.",
            SENSITIVE: "One row a sensitive attribute that privacy.yml lets models and segments go by.",
            NICKNAMES: "One row a nickname, with the given name it stands for.",
            IDENTITY: "One row, what identity.yml says of who is who.",
            SHARED_VALUES: "One row an identifier that identity.yml says identifies nobody.",
            DECISIONS: "One row a pair of records that identity_decisions.csv decides about.",
            TRUTH: "One row a record of identity_truth.csv, whose person is known.",
            SURVIVORSHIP: "One row an attribute and trusted source, of those identity.yml has a rule of choice for.",
            IMPUTATION: "One row an attribute to impute and attribute to go by, of identity.yml.",
            OFFERS: "One row an offer of offers.yml.",
            OFFER_SEGMENTS: "One row an offer and segment that it names.",
            CAMPAIGNS: "One row a campaign of campaigns.yml.",
            STEPS: "One row a message of a campaign.",
            AUDIENCES: "One row a campaign and segment that its audience names.",
            EXITS: "One row a campaign and event that ends it.",
            TIMES: "One row a campaign that goes out by the clock.",
            EXPERIMENTS: "One row an experiment of experiments/.",
            VARIANTS: "One row a variant of an experiment, with its share.",
            METRICS: "One row a metric or guardrail of an experiment.",
            COVARIATES: "One row a metric and event whose past stands beside it.",
            TEMPLATES: "One row a template that shows an experiment's variants.",
            STRATEGIES: "One row a variant that has a list of recommendations made by a strategy.",
        }.items()
    ],
    group_name=TRANSFORMATION,
    name="config_tables",
)
def config_tables(night: Night) -> Iterator[dg.MaterializeResult]:
    """Write the tables anew, each night."""
    config = load_config_tables(night.settings.config_dir)
    with night.connect() as connection:
        write_config_tables(connection, config)
    yield dg.MaterializeResult(asset_key=PLAN, metadata={"events": len(config.tracking_plan.events)})
    yield dg.MaterializeResult(
        asset_key=SETTINGS,
        metadata={
            "base_currency": config.warehouse.base_currency or "from the data",
            "interest_rate": config.warehouse.interest_rate,
        },
    )
    yield dg.MaterializeResult(asset_key=UNDECIDED, metadata=config.privacy.undecided.model_dump())
    yield dg.MaterializeResult(asset_key=SUPPRESSIONS, metadata={"suppressions": len(config.suppressions)})
    yield dg.MaterializeResult(
        asset_key=SENSITIVE, metadata={"switched_on": config.privacy.sensitive_attributes}
    )
    yield dg.MaterializeResult(asset_key=NICKNAMES)
    yield dg.MaterializeResult(
        asset_key=IDENTITY,
        metadata={name: str(getattr(config.identity, name)) for name in identity_settings.COLUMNS},
    )
    yield dg.MaterializeResult(
        asset_key=SHARED_VALUES,
        metadata={"values": sum(len(values) for values in config.identity.shared_values.values())},
    )
    included = sum(decision.decision == "include" for decision in config.decisions)
    yield dg.MaterializeResult(
        asset_key=DECISIONS, metadata={"include": included, "exclude": len(config.decisions) - included}
    )
    yield dg.MaterializeResult(asset_key=TRUTH, metadata={"records": len(config.truth)})
    yield dg.MaterializeResult(
        asset_key=SURVIVORSHIP,
        metadata={name: survivor.rule for name, survivor in config.identity.survivorship.items()},
    )
    yield dg.MaterializeResult(
        asset_key=IMPUTATION, metadata={name: how.method for name, how in config.identity.imputation.items()}
    )
    yield dg.MaterializeResult(asset_key=OFFERS, metadata={"offers": len(config.offers.offers)})
    yield dg.MaterializeResult(asset_key=CAMPAIGNS, metadata={"campaigns": len(config.campaigns.campaigns)})
    yield dg.MaterializeResult(asset_key=EXPERIMENTS, metadata={"experiments": len(config.experiments)})
    for key in (
        OFFER_SEGMENTS, STEPS, AUDIENCES, EXITS, TIMES, VARIANTS, METRICS, COVARIATES, TEMPLATES, STRATEGIES,
    ):  # fmt: skip
        yield dg.MaterializeResult(asset_key=key)
