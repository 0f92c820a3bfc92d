"""`kindred content`: templates without a night."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.activation.content.formats import Locale
from dagster_project.lib.activation.content.library import load_library
from dagster_project.lib.activation.content.linting import lint
from dagster_project.lib.activation.content.moment import Moment
from dagster_project.lib.activation.content.preview import preview
from dagster_project.lib.activation.content.settings import TemplateSettings
from dagster_project.lib.activation.content.shop import FILE, ContentSettings, load_content_settings
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.settings import read_settings


@click.group("content")
def command() -> None:
    """What customers are shown: templates and content.yml."""


command.add_command(schema_command(ContentSettings, FILE))
command.add_command(schema_command(TemplateSettings, "a template.yml"), "template-schema")


@command.command("lint")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
@click.pass_context
def lint_command(context: click.Context, *, as_json: bool) -> None:
    """Read every template, look up every name, and fill each for a stranger and a regular.

    Exit code 1 where there is a fault; each is told by file and line.
    """
    config_dir = read_settings().config_dir
    library = load_library(config_dir)
    locale = Locale(load_content_settings(config_dir).language, None)
    faults = lint(library, locale, load_experiments(config_dir))
    if as_json:
        click.echo(json.dumps([asdict(fault) for fault in faults]))
    else:
        click.echo("\n".join(map(str, faults)) or f"{len(library.templates)} templates, no faults")
    context.exit(1 if faults else 0)


@command.command("preview")
@click.argument("customer")
@click.argument("template")
@click.option("--device", type=click.Choice(["desktop", "mobile", "tablet"]), help="As if on such a device.")
@click.option("--hour", type=click.IntRange(0, 23), help="As if at this hour of the day.")
@click.option("--variant", help="As if this variant of the template were shown.")
@click.option("--text", "as_text", is_flag=True, help="The text instead of the HTML.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this file.")
@click.option("--json", "as_json", is_flag=True, help="Subject, HTML and text as one JSON object.")
def preview_command(
    customer: str, template: str, device: str | None, hour: int | None, variant: str | None,
    *, as_text: bool, out: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Fill TEMPLATE, as it lies in the config folder now, with what the last published night knows of CUSTOMER.

    CUSTOMER is an id of marts.dim_customers; `anonymous` is somebody of whom nothing is known. What comes out holds
    personal data: it is printed and written nowhere else.
    """
    settings = read_settings()
    shown = preview(
        settings.published / "current", settings.config_dir, customer, template, Moment(device, hour, variant)
    )
    told = shown.text or "" if as_text else shown.html
    if as_json:
        told = json.dumps(asdict(shown))
    if out is None:
        click.echo(told)
    else:
        out.write_text(told, encoding="utf-8")
        click.echo(f"{shown.subject or template}: {out}")
