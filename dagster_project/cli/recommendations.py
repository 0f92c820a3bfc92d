"""`kindred recommendations`: versions of the model, going back to one, better parameters, and the settings' schema."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.common.warehouse import reading
from dagster_project.lib.personalization.serving.registry import RegisteredVersion, list_versions
from dagster_project.lib.personalization.settings.recommendations import FILE, RecommendationSettings
from dagster_project.lib.personalization.training.tuning import TRIALS
from dagster_project.settings import read_settings


@click.group("recommendations")
def command() -> None:
    """The recommender: its versions, rollback, tuning, and what recommendations.yml may say."""


command.add_command(schema_command(RecommendationSettings, FILE))


@command.command("versions")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
def versions_command(as_json: bool) -> None:
    """List every version, the newest first: what became of it, how good it was, whether it can be gone back to."""
    versions = _read_versions()
    if as_json:
        click.echo(json.dumps([asdict(version) for version in versions]))
        return
    for version in versions:
        figure = "     -" if version.ndcg is None else f"{version.ndcg:6.3f}"
        status = "withdrawn" if version.is_withdrawn else version.status
        kept = "kept" if version.is_on_disk else "gone"
        why = f"  {version.reason}" if version.reason else ""
        click.echo(
            f"{version.model_version}  {status:<9}  as of {version.as_of or '-':<19}  "
            f"ndcg@10 {figure}  artefact {kept}{why}"
        )
    if not versions:
        click.echo("no versions yet: run `kindred nightly`")


@command.command("rollback")
@click.option("--to", "version", help="The version; the one before the champion where left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, and no progress.")
def rollback_command(version: str | None, as_json: bool) -> None:
    """Publish the lists of an earlier version.

    It becomes the champion, its lists are written for the customers and products of the last night, judged, and
    published as a snapshot. Versions of later nights are withdrawn; the next night holds its model against this one.
    """
    from dagster_project.cli.jobs import execute_job
    from dagster_project.lib.common.progress import show_progress

    if not as_json:
        show_progress()
    before = _find_champion(_read_versions())
    execute_job(
        read_settings(),
        "rollback_recommendations",
        {"ops": {"recommender": {"config": {"is_rollback": True, "version": version}}}},
    )
    after = _find_champion(_read_versions())
    if as_json:
        click.echo(json.dumps({"from_version": before, "to_version": after}))


@command.command("tune")
@click.option(
    "--trials", default=TRIALS, show_default=True, type=click.IntRange(min=2), help="Of the study in all."
)
def tune_command(trials: int) -> None:
    """Search for better parameters on the days before the last 28; the next night tries the best of them.

    A study that was interrupted goes on where it stopped.
    """
    from dagster_project.cli.jobs import execute_job
    from dagster_project.lib.common.progress import show_progress

    show_progress()
    execute_job(
        read_settings(),
        "tune_recommender",
        {"ops": {"quality__tuning_trials": {"config": {"trials": trials}}}},
    )


def _read_versions() -> list[RegisteredVersion]:
    settings = read_settings()
    with reading(settings.database) as connection:
        return list_versions(connection, settings.models)


def _find_champion(versions: list[RegisteredVersion]) -> str | None:
    return next((version.model_version for version in versions if version.status == "champion"), None)
