"""What `publication.yml` of the config folder says of snapshots."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.common.config_files import parse, read_yaml

FILE = "publication.yml"


class PublicationSettings(BaseModel):
    """The whole file; every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kept_snapshots: int = Field(
        default=7,
        ge=1,
        description="how many snapshots stay in published/snapshots, the current one among them; an erasure leaves one",
    )


def load_publication_settings(config_dir: Path) -> PublicationSettings:
    """Read `publication.yml`; no file means no settings. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(PublicationSettings, *read_yaml(path), path) if path.exists() else PublicationSettings()
