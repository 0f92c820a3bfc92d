"""What `privacy.yml` of the config folder says; read, and written where models see it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, field_validator

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts

FILE = "privacy.yml"
UNDECIDED = "operations.undecided_consents"
SENSITIVE = "operations.sensitive_attributes"
SENSITIVE_COLUMNS = {
    "age": ("age", "age_band", "birth_date"),
    "gender": ("gender",),
    "income_band": ("income_band",),
}
"""Attribute that no model or segment goes by unless privacy.yml names it -> the columns of marts that tell it."""

Status = Literal["granted", "denied"]
Attribute = Literal["age", "gender", "income_band"]


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

    retention: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default={},
        description="by canonical table, such as clickstream/events, how many days its rows are kept; orders stay"
        " without whom they were of",
    )
    undecided: UndecidedConsents = Field(
        default=UndecidedConsents(), description="by purpose, what holds where somebody has decided nothing"
    )
    sensitive_attributes: list[Attribute] = Field(
        default=[],
        description="attributes that clusters and segments may go by, in spite of their kind; others leave them alone",
    )

    @property
    def withheld_columns(self) -> frozenset[str]:
        """Columns of sensitive attributes that are not switched on."""
        return frozenset(
            column
            for attribute, columns in SENSITIVE_COLUMNS.items()
            if attribute not in self.sensitive_attributes
            for column in columns
        )

    @field_validator("retention")
    @classmethod
    def _has_times(cls, retention: dict[str, int]) -> dict[str, int]:
        timed = [table for table, contract in canonical_contracts().items() if contract.event_time]
        if unknown := [table for table in retention if table not in timed]:
            raise ValueError(f"{unknown[0]} is none of {', '.join(timed)}")
        return retention


def load_privacy_settings(config_dir: Path) -> PrivacySettings:
    """Read `privacy.yml`; no file means no settings. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(PrivacySettings, *read_yaml(path), path) if path.exists() else PrivacySettings()


def write_privacy_settings(connection: duckdb.DuckDBPyConnection, settings: PrivacySettings) -> None:
    """Write what models read of the settings.

    operations.undecided_consents has what holds where nothing was decided, one row a purpose;
    operations.sensitive_attributes one row an attribute that is switched on.
    """
    with transaction(connection):
        connection.execute(f"create or replace table {SENSITIVE} (attribute varchar)")
        connection.execute(
            f"insert into {SENSITIVE} select distinct unnest(?::varchar[]) order by 1",
            [settings.sensitive_attributes],
        )
        connection.execute(f"create or replace table {UNDECIDED} (purpose varchar, status varchar)")
        connection.executemany(
            f"insert into {UNDECIDED} values (?, ?)", list(settings.undecided.model_dump().items())
        )
