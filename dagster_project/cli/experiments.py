"""`kindred experiments`: help for who writes files of experiments/."""

from __future__ import annotations

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.experiments.settings import Experiment


@click.group("experiments")
def command() -> None:
    """What is tried on whom, and how it is measured: experiments/*.yml."""


command.add_command(schema_command(Experiment, "a file of experiments/"))
