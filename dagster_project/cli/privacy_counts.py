"""`kindred privacy counts`: sizes of segments with noise, to pass on."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.lib.privacy.private_counts import tell_private_counts
from dagster_project.settings import read_settings


@click.command("counts")
@click.option(
    "--epsilon",
    type=click.FloatRange(0, 20, min_open=True),
    default=1.0,
    show_default=True,
    help="The most that the answer tells of any one customer; smaller is more private, and noisier.",
)
@click.option(
    "--segments-per-customer",
    type=click.IntRange(1, 100),
    default=3,
    show_default=True,
    help="A customer counts in so many segments at most, those of best priority; the noise grows with it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def counts_command(*, epsilon: float, segments_per_customer: int, as_json: bool) -> None:
    """Sizes of segments with noise that hides every single customer (differential privacy), to pass on.

    The same question about the same night has the same answer. Needs `pip install 'kindred[private-counts]'`.
    """
    settings = read_settings()
    if not settings.database.exists():
        raise KindredError(f"there is no warehouse {settings.database}", "run `kindred nightly` first")
    with hold_night_lock(settings.lock), warehouse.connect(settings.database) as connection:
        told = tell_private_counts(connection, epsilon=epsilon, segments_per_customer=segments_per_customer)
    if as_json:
        click.echo(json.dumps(asdict(told), indent=1))
        return
    width = max(map(len, told.segments), default=0)
    for segment, customers in told.segments.items():
        click.echo(f"{segment:<{width}}  {customers:>9,}")
    click.echo(
        f"epsilon {told.epsilon:g}, {told.segments_per_customer} segments a customer; "
        f"{told.epsilon_spent:g} spent on these memberships in all"
    )
