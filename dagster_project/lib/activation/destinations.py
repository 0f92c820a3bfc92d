"""What `destinations.yml` says: where published tables are sent. Description only; sending belongs to sync."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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


class Destinations(BaseModel):
    """The whole file; without one nothing is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    destinations: list[Destination] = Field(default=[], description="Each is sent the same snapshot.")


def load_destinations(config_dir: Path) -> list[Destination]:
    """Read `destinations.yml`; no file means no destinations. KindredError names file, line and remedy."""
    path = config_dir / "destinations.yml"
    if not path.exists():
        return []
    return parse(Destinations, *read_yaml(path), path).destinations
