"""What `privacy.yml` of the config folder says; read, and written where models see it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.common.warehouse import transaction

FILE = "privacy.yml"
UNDECIDED = "operations.undecided_consents"

Status = Literal["granted", "denied"]


class UndecidedConsents(BaseModel):
    """What holds for a purpose where somebody has decided nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    analytics: Status = Field(
        default="granted",
        description="being counted, for your own queries to heed",
    )
    personalization: Status = Field(
        default="granted", description="recommendations and content by what is known"
    )
    marketing_email: Status = Field(default="denied", description="mail that nobody ordered")
    advertising: Status = Field(default="denied", description="lists for advertising")
    sale_or_sharing: Status = Field(
        default="denied", description="selling or sharing data, as the CCPA means it"
    )


class PrivacySettings(BaseModel):
    """The whole file; every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    undecided: UndecidedConsents = Field(
        default=UndecidedConsents(), description="by purpose, what holds where somebody has decided nothing"
    )


def load_privacy_settings(config_dir: Path) -> PrivacySettings:
    """Read `privacy.yml`; no file means no settings. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(PrivacySettings, *read_yaml(path), path) if path.exists() else PrivacySettings()


def write_privacy_settings(connection: duckdb.DuckDBPyConnection, settings: PrivacySettings) -> None:
    """Make operations.undecided_consents hold what holds where nothing was decided, one row a purpose."""
    with transaction(connection):
        connection.execute(f"create or replace table {UNDECIDED} (purpose varchar, status varchar)")
        connection.executemany(
            f"insert into {UNDECIDED} values (?, ?)", list(settings.undecided.model_dump().items())
        )
