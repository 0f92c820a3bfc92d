"""`kindred explain`: why two records are one customer, or two."""

from __future__ import annotations

import json

import click
import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.explanation.explanation import explain
from dagster_project.lib.transformation.explanation.names import find_records
from dagster_project.lib.transformation.explanation.text import as_data, as_text
from dagster_project.settings import read_settings


@click.command("explain")
@click.argument("one")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def command(one: str, other: str, *, as_json: bool) -> None:
    """Say why ONE and OTHER are one customer, link by link, or the first reason why they are two.

    Each is a customer's id (of today or of an earlier night), a record as feed|kind|id in quotes, such as
    'crm/customers|customer|4711', or a record's id in its source where that is one customer's. Evidence is told in
    bits: each bit doubles the odds that it is one person. The answer is that of the last night; it shows ids and no
    other personal data.
    """
    with warehouse.reading(read_settings().database) as connection:
        try:
            left, right = find_records(connection, [one, other])
            (explanation,) = explain(connection, [(left, right)])
        except duckdb.CatalogException:
            raise KindredError(
                "the warehouse was left by another version or by a night that never ended",
                "run `kindred nightly`",
            ) from None
    if explanation is None:
        raise LookupError("a record that was found has no explanation")
    click.echo(json.dumps(as_data(explanation), indent=1) if as_json else as_text(explanation))
