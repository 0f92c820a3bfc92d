"""`kindred docs`: the pages about the warehouse, made from dbt and from the last validation."""

from __future__ import annotations

import click

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.lib.transformation.dbt_project.documentation import write_dbt_docs
from dagster_project.lib.validation.engine import write_data_docs
from dagster_project.settings import read_settings


@click.command("docs")
def command() -> None:
    """Write dbt's docs and the data docs; say where they are."""
    settings = read_settings()
    if not settings.database.exists():
        raise KindredError(f"there is no warehouse in {settings.warehouse} yet", "run `make nightly` first")
    with hold_night_lock(settings.lock):
        page = write_dbt_docs(settings.database)
        click.echo(f"dbt docs:  {page}")
        if settings.validation_results.exists():
            click.echo(f"data docs: {write_data_docs(settings.validation_results, settings.data_docs)}")
        else:
            click.echo("data docs: no table was judged yet; the next night judges them")
