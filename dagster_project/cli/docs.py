"""`kindred docs`: the pages about the warehouse, made from dbt and from the last validation."""

from __future__ import annotations

import click

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.lib.transformation.dbt_project.documentation import write_dbt_docs
from dagster_project.settings import read_settings


@click.command("docs")
def command() -> None:
    """Write dbt's docs; say where they and the data docs are."""
    settings = read_settings()
    if not settings.database.exists():
        raise KindredError(f"there is no warehouse in {settings.warehouse} yet", "run `make nightly` first")
    with hold_night_lock(settings.lock):
        page = write_dbt_docs(settings.database)
    click.echo(f"dbt docs:  {page}")
    index = settings.data_docs / "index.html"
    click.echo(f"data docs: {index if index.exists() else 'none yet; the next night writes them'}")
