"""What `identity.yml` of the config folder says of who is who; read, and written where models see it.

Every default of the file stands here. What a person decided about single pairs is in `identity_decisions`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, field_validator

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.common.sql import quote_identifier
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.transformation.settings.attribute_rules import (
    Attribute,
    AttributeRule,
    Imputation,
    Trait,
    check_imputation,
    write_attribute_rules,
)

TABLE = "operations.identity_settings"
SHARED_VALUES = "operations.identity_shared_values"

Conflict = Literal["evidence", "veto"]
IdentifierKind = Literal["email", "phone", "loyalty_id", "national_id", "user_id", "visitor_id"]


class IdentitySettings(BaseModel):
    """The whole file; every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    default_country: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{2}$",
        description="ISO 3166 code of the country of telephone numbers whose record names none, such as DE; "
        "left out, that of most customers",
    )
    target_precision: float = Field(
        default=0.98,
        gt=0,
        lt=1,
        description="share of accepted pairs that shall be one person: the threshold is the lowest match weight "
        "whose estimated precision reaches it",
    )
    match_probability: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="a fixed threshold in place of target_precision: pairs at least this likely are one person",
    )
    review_margin_bits: float = Field(
        default=3, ge=0, description="pairs within this many bits of the threshold queue for review"
    )
    most_customers_per_email: int = Field(
        default=3, ge=1, description="an address of more customer ids links nobody"
    )
    most_customers_per_phone: int = Field(
        default=3, ge=1, description="a telephone number of more customer ids links nobody"
    )
    most_customers_per_loyalty_id: int = Field(
        default=2, ge=1, description="a loyalty number of more customer ids links nobody"
    )
    most_customers_per_national_id: int = Field(
        default=2, ge=1, description="a national id of more customer ids links nobody"
    )
    most_users_per_visitor: int = Field(
        default=1, ge=1, description="a device of more users links nobody, as one in a shop or a library"
    )
    largest_cluster: int = Field(
        default=40, ge=2, description="how many described records one customer may be made of"
    )
    national_id_conflict: Conflict = Field(
        default="evidence",
        description="what two national ids say against one person: evidence, to be weighed with all other, "
        "or veto, which nothing outweighs",
    )
    birth_date_conflict: Conflict = Field(
        default="evidence", description="the same of birth dates that lie birth_date_conflict_years apart"
    )
    birth_date_conflict_years: int = Field(
        default=10, ge=1, description="birth dates this many years apart or more contradict each other"
    )
    shared_values: dict[IdentifierKind, list[str]] = Field(
        default={},
        description="by kind of identifier, values that identify nobody, as email: [team@shop.example]",
    )
    retrain_growth: float = Field(
        default=2.0,
        gt=1,
        description="match weights are estimated anew when described records grew by this factor",
    )
    block_size: int = Field(
        default=60, ge=2, description="records that agree on a blocking key are compared up to this many"
    )
    match_visitors_by_behaviour: bool = Field(
        default=False,
        description="link anonymous visitors whose device, city, hours and products are alike; less certain "
        "than everything else",
    )
    survivorship: dict[Attribute, AttributeRule] = Field(
        default={},
        description="by attribute, which of several values dim_customers shows; most_recent where nothing is said",
    )
    imputation: dict[Trait, Imputation] = Field(
        default={}, description="by attribute, what customer_attributes_imputed puts for a missing value"
    )

    @field_validator("imputation")
    @classmethod
    def _methods_suit(cls, imputation: dict[Trait, Imputation]) -> dict[Trait, Imputation]:
        return check_imputation(imputation)

    @field_validator("shared_values")
    @classmethod
    def _values_are_given(cls, shared_values: dict[str, list[str]]) -> dict[str, list[str]]:
        if any(not value.strip() for values in shared_values.values() for value in values):
            raise ValueError("a value is empty")
        return shared_values


COLUMNS = {
    "default_country": "varchar",
    "target_precision": "double",
    "match_probability": "double",
    "review_margin_bits": "double",
    "most_customers_per_email": "integer",
    "most_customers_per_phone": "integer",
    "most_customers_per_loyalty_id": "integer",
    "most_customers_per_national_id": "integer",
    "most_users_per_visitor": "integer",
    "largest_cluster": "integer",
    "national_id_conflict": "varchar",
    "birth_date_conflict": "varchar",
    "birth_date_conflict_years": "integer",
    "retrain_growth": "double",
    "block_size": "integer",
    "match_visitors_by_behaviour": "boolean",
}
"""The keys that hold one value each, which are the columns of operations.identity_settings."""


def load_identity_settings(config_dir: Path) -> IdentitySettings:
    """Read `identity.yml`; no file means the defaults. KindredError names file, line and remedy."""
    path = config_dir / "identity.yml"
    return parse(IdentitySettings, *read_yaml(path), path) if path.exists() else IdentitySettings()


def write_identity_settings(connection: duckdb.DuckDBPyConnection, settings: IdentitySettings) -> None:
    """Make the tables in `operations` hold these settings: one row of those of one value each, and lists row by row."""
    listed = ", ".join(f"{quote_identifier(name)} {kind}" for name, kind in COLUMNS.items())
    shared = [(kind, value.strip()) for kind, values in settings.shared_values.items() for value in values]
    with transaction(connection):
        connection.execute(f"create or replace table {TABLE} ({listed})")
        connection.execute(
            f"insert into {TABLE} values ({', '.join('?' for _ in COLUMNS)})",
            [getattr(settings, name) for name in COLUMNS],
        )
        connection.execute(
            f"create or replace table {SHARED_VALUES} (identifier_kind varchar, identifier_value varchar)"
        )
        for row in dict.fromkeys(shared):
            connection.execute(f"insert into {SHARED_VALUES} values (?, ?)", row)
    write_attribute_rules(connection, settings.survivorship, settings.imputation)
