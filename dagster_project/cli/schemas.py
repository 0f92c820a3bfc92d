"""What the `schema` commands of all config files share: print the JSON Schema, or write it into a file."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import BaseModel

from dagster_project.lib.common.json_schemas import schema_text


def schema_command(model: type[BaseModel], file: str) -> click.Command:
    """The command `schema` for a config file. file: how users call it, for the help text."""

    @click.command(
        "schema", help=f"Print the JSON Schema of {file}, by which editors complete and explain its keys."
    )
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this file.")
    def command(out: Path | None) -> None:
        if out is None:
            click.echo(schema_text(model), nl=False)
        else:
            out.write_text(schema_text(model), encoding="utf-8")

    return command
