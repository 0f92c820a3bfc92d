"""`kindred segment`: whom a segment's file finds, before anything is published, and the segments there are."""

from __future__ import annotations

import json
from typing import Any

import click
import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.segments import Preview, list_segments, preview
from dagster_project.settings import read_settings


@click.group("segment")
def command() -> None:
    """Rule segments: one file each in dbt/models/segments."""


@command.command("preview")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def preview_command(name: str, *, as_json: bool) -> None:
    """Say whom the file of segment NAME finds on the warehouse of the last night; nothing is built or published.

    Size, share of all customers, overlap with published segments, and up to 10 members with the features that the file
    reads, without names, addresses and sensitive attributes.
    """
    with warehouse.reading(read_settings().database) as connection:
        try:
            found = preview(connection, name)
        except duckdb.CatalogException:
            raise _left_by_another() from None
    click.echo(json.dumps(vars(found), indent=1, default=str) if as_json else _as_text(found))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
def list_command(*, as_json: bool) -> None:
    """The segments of the last night by priority, with size and label."""
    with warehouse.reading(read_settings().database) as connection:
        try:
            segments = list_segments(connection)
        except duckdb.CatalogException:
            raise _left_by_another() from None
    if as_json:
        click.echo(json.dumps(segments, indent=1))
        return
    width = max((len(segment["segment"]) for segment in segments), default=0)
    for segment in segments:
        group = f", group {segment['exclusive_group']}" if segment["exclusive_group"] else ""
        hidden = (
            ""
            if segment["is_published"]
            else f", not published: its minimum size is {segment['minimum_size']}"
        )
        click.echo(
            f"{segment['priority']:>4}  {segment['segment']:<{width}}  {segment['customers']:>9,}  "
            f"{segment['label']}{group}{hidden}"
        )


def _left_by_another() -> KindredError:
    return KindredError(
        "the warehouse was left by another version or by a night that never ended", "run `kindred nightly`"
    )


def _as_text(found: Preview) -> str:
    lines = [
        f"{found.segment}: {found.customers:,} customers ({found.share:.1%} of all), "
        f"{found.known_customers:,} of them known"
    ]
    if found.customers < found.minimum_size:
        lines.append(f"under its minimum size of {found.minimum_size:,}: it would not be published")
    lines += [
        f"  {overlap['customers']:>9,} ({overlap['share']:.1%}) also in {overlap['segment']}"
        for overlap in found.overlaps
    ]
    lines += [f"  {_describe(example)}" for example in found.examples]
    return "\n".join(lines)


def _describe(example: dict[str, Any]) -> str:
    features = {key: value for key, value in example.items() if key not in ("customer_id", "entered_at")}
    told = ", ".join(f"{key} {value}" for key, value in features.items())
    return f"{example['customer_id']} since {example['entered_at']}" + (f": {told}" if told else "")
