"""`kindred ui`: Dagster's web UI over this data folder, with the scheduler beside it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from dagster_project.cli.jobs import prepare_dagster_home
from dagster_project.lib.transformation.dbt_project.project import ensure_manifest
from dagster_project.settings import read_settings


@click.command("ui")
@click.option("--port", default=3000, show_default=True, help="On 127.0.0.1.")
def command(port: int) -> None:
    """Serve Dagster on 127.0.0.1: graph, runs, checks."""
    prepare_dagster_home(read_settings())
    ensure_manifest()
    click.echo(f"Dagster on http://127.0.0.1:{port} in a few seconds; Ctrl-C ends it")
    dagster = Path(sys.executable).with_name("dagster")
    arguments = [
        "dev",
        "--module-name",
        "dagster_project.definitions",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    # Dagster advises its own developers of another command, which knows nothing of this project.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:Function `dev_command` is superseded")
    os.execv(dagster, [str(dagster), *arguments])
