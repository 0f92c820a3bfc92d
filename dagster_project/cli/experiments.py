"""`kindred experiments`: help for who writes files of experiments/."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.common.warehouse import reading
from dagster_project.settings import read_settings

if TYPE_CHECKING:
    from dagster_project.lib.activation.experiments.power import Need


@click.group("experiments")
def command() -> None:
    """What is tried on whom, and how it is measured: experiments/*.yml."""


command.add_command(schema_command(Experiment, "a file of experiments/"))


@command.command("power")
@click.argument("experiment_id")
@click.option(
    "--effect",
    default=0.05,
    show_default=True,
    type=click.FloatRange(0, 10, min_open=True),
    help="Change to be found, as a share of what is: 0.05 is 5 %.",
)
@click.option(
    "--days",
    default=28.0,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="How long it would run, for the effect that can be found in that time.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def power_command(experiment_id: str, effect: float, days: float, as_json: bool) -> None:
    """Say how many units and days an experiment takes, by what its units did until the last night.

    A test of a fixed number of units finds the effect in 4 of 5 cases then, and cries wolf in 1 of 20; who wants to
    look every night needs more.
    """
    from dagster_project.lib.activation.experiments.declared import find_experiment
    from dagster_project.lib.activation.experiments.power import plan_power

    settings = read_settings()
    experiment = find_experiment(settings.config_dir, experiment_id)
    with reading(settings.database) as connection:
        supply, needs = plan_power(connection, experiment, effect, days)
    if as_json:
        click.echo(json.dumps({**asdict(supply), "metrics": [asdict(need) for need in needs]}))
        return
    click.echo(f"{supply.at_once:,} {experiment.unit}s at once, {supply.per_day:,.1f} more each day")
    for need in needs:
        click.echo(_as_text(need))


def _as_text(need: Need) -> str:
    if need.baseline is None or need.effect is None:
        return f"{need.metric}: nobody has had it, or it does not vary, so that nothing can be told"
    figure = ".2%" if need.kind == "conversion" else ".4g"
    change = f"{need.metric}: {need.baseline:{figure}} -> {need.baseline + need.effect:{figure}}"
    if need.units is None or need.control_units is None:
        return f"{change} cannot be"
    days = "never, since nobody comes anew" if need.days is None else f"{need.days:,.0f} days"
    found = need.detectable_effect
    other = "" if found is None else f"; in the days asked for {found:.1%} is found"
    return f"{change} takes {need.units:,} units, {need.control_units:,} of the control: {days}{other}"
