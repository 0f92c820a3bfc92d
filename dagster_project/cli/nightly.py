"""`kindred nightly`: the whole night in this process, with its progress on the terminal."""

from __future__ import annotations

import time
from uuid import uuid4

import click

from dagster_project.cli.failures import telling_of_failure
from dagster_project.cli.jobs import execute_job
from dagster_project.lib.activation.content.shop import load_content_settings
from dagster_project.lib.activation.destinations.declared import check_destinations, load_destinations
from dagster_project.lib.alerting.settings import load_alert_settings
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.lib.common.progress import say, show_progress
from dagster_project.lib.config_tables import load_config_tables
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.prepare import check_landing, prepare_landing
from dagster_project.lib.personalization.reranking.reranking import load_wishes
from dagster_project.lib.publication.copies import SCHEMAS
from dagster_project.lib.publication.manifest import read_manifest
from dagster_project.lib.publication.publication_settings import load_publication_settings
from dagster_project.lib.transformation.dbt_project.project import published_tables, segment_names
from dagster_project.lib.validation.monitoring.acknowledgements import load_acknowledgements
from dagster_project.settings import SAMPLE, Settings, read_settings


@click.command("nightly")
def command() -> None:
    """Run the night, from landing to publication.

    DATA_DIR, CONFIG_DIR and AS_OF in the environment say on which folder, with which settings, for which instant.
    """
    show_progress()
    begin = time.perf_counter()
    settings = read_settings()
    run_id = str(uuid4())
    with telling_of_failure(settings, run_id):
        # The lock makes folders, which have no place in a folder that was named by mistake.
        check_landing(settings.landing, settings.database, is_named=settings.is_data_dir_named)
        with hold_night_lock(settings.lock):
            _check_before(settings)
            say("start", "loading the asset graph")
            execute_job(settings, "nightly", run_id=run_id)
    say(
        "done",
        f"{time.perf_counter() - begin:.1f} s; query {settings.published / 'current' / 'kindred.duckdb'}",
    )


def _check_before(settings: Settings) -> None:
    """Find what would stop the night within the first second rather than after Dagster is loaded."""
    prepare_landing(
        settings.landing, settings.database, SAMPLE / "landing", is_named=settings.is_data_dir_named
    )
    load_feeds(settings.landing, settings.config_dir)
    load_config_tables(settings.config_dir)
    load_wishes(settings.config_dir)
    if load_destinations(settings.config_dir):
        check_destinations(settings.config_dir, _published_tables(settings), segment_names())
    load_content_settings(settings.config_dir)
    load_acknowledgements(settings.config_dir)
    load_alert_settings(settings.config_dir)
    load_publication_settings(settings.config_dir)


def _published_tables(settings: Settings) -> set[str]:
    """What a night publishes: what dbt describes, and what the last one had."""
    return {*published_tables(SCHEMAS), *read_manifest(settings.published / "current").get("tables", ())}
