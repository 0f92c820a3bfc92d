"""What `destinations.yml` says: where published tables are sent. Description only; sending belongs to sync."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.activation.names import NAME
from dagster_project.lib.common.config_files import parse, read_yaml

FileFormat = Literal["csv", "jsonl", "parquet"]


class Destination(BaseModel):
    """A folder that other systems read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=NAME,
        description="How the log of deliveries calls it.",
        examples=["newsletter"],
    )
    kind: Literal["files"] = Field(default="files", description="What it is: a folder of files.")
    folder: Path = Field(
        description="Where the files go: absolute, or relative to the data folder.",
        examples=["exports/newsletter"],
    )
    format: FileFormat = Field(default="csv", description="What each table is written as.")
    tables: list[str] = Field(
        default=["activation.customer_recommendations", "activation.segment_memberships"],
        description="Published tables, as schema.table.",
    )


def _kind_of(destination: object) -> str:
    kind = destination.get("kind") if isinstance(destination, dict) else getattr(destination, "kind", None)
    return str(kind or "files")


class Destinations(BaseModel):
    """The whole file; without one nothing is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    destinations: list[
        Annotated[
            Annotated[Destination, Tag("files")] | Annotated[MailDestination, Tag("smtp")],
            Discriminator(
                _kind_of, custom_error_type="kind", custom_error_message="kind is one of: files, smtp"
            ),
        ]
    ] = Field(default=[], description="Each is sent the same snapshot.")


def load_destinations(config_dir: Path) -> list[Destination | MailDestination]:
    """Read `destinations.yml`; no file means no destinations. KindredError names file, line and remedy."""
    path = config_dir / "destinations.yml"
    if not path.exists():
        return []
    return parse(Destinations, *read_yaml(path), path).destinations
