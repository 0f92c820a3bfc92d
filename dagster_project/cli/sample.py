"""`kindred sample`: a made-up shop of any size, with the truth beside it."""

from __future__ import annotations

from pathlib import Path

import click

from dagster_project.lib.common.errors import KindredError
from dagster_project.settings import SAMPLE


@click.command("sample")
@click.option("--customers", default=500, show_default=True, help="How many persons.")
@click.option("--products", default=None, type=int, help="Default: grows with the customers.")
@click.option(
    "--events", default=None, type=int, help="Clickstream events; default: grows with the customers."
)
@click.option("--seed", default=7, show_default=True, help="The same seed and sizes give the same bytes.")
@click.option(
    "--out",
    default=SAMPLE,
    show_default="data/sample",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where landing/ and truth/ are written.",
)
def command(customers: int, products: int | None, events: int | None, seed: int, out: Path) -> None:
    """Write exports of a made-up shop.

    OUT/landing holds the exports, OUT/truth who is who, which no night reads. Without --out the committed sample is
    made again.
    """
    from dagster_project.lib.sample import generate

    try:
        rows = generate(out, customers=customers, seed=seed, products=products, events=events)
    except (FileExistsError, ValueError) as error:
        raise KindredError(str(error).rstrip("."), "name another folder with --out or other sizes") from error
    for name, count in rows.items():
        click.echo(f"{count:>12,}  {name}")
    click.echo(f"a night over it: DATA_DIR={out} AS_OF=latest make nightly")
