"""The sections of identity.yml on customers' attributes: which of several values to show, and what to put for a
missing one.

How a rule finds a value is said by the models in dbt that read these tables.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import duckdb
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from dagster_project.lib.common.warehouse import transaction

SURVIVORSHIP = "operations.survivorship_rules"
IMPUTATION = "operations.imputation_rules"

Attribute = Literal[
    "first_name",
    "last_name",
    "email",
    "phone",
    "city",
    "region",
    "postal_code",
    "country",
    "birth_date",
    "gender",
    "income_band",
    "loyalty_tier",
]
Choice = Literal["most_recent", "most_trusted", "most_frequent"]
Trait = Literal["city", "region", "country", "gender", "income_band", "loyalty_tier", "birth_year"]
Known = Literal[
    "first_name",
    "city",
    "region",
    "postal_code",
    "country",
    "gender",
    "income_band",
    "loyalty_tier",
    "age_band",
]
Method = Literal["mode", "mean", "model"]
MODELLED = frozenset({"gender", "income_band", "loyalty_tier"})
"""Attributes of few values, of which a model can weigh each against every other."""


class Survivor(BaseModel):
    """How one of several values of an attribute is chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Choice = Field(
        description="the value seen last, that of the source trusted most, or that of most records; "
        "the one seen last among equals"
    )
    sources: list[str] = Field(
        default=[],
        description="for most_trusted, landing folders from the most trusted on; all others come after them",
    )

    @model_validator(mode="after")
    def _sources_are_for_trust(self) -> Survivor:
        if (self.rule == "most_trusted") != bool(self.sources):
            raise ValueError("sources is what most_trusted needs, and most_trusted alone")
        if any(source.count("/") != 1 for source in self.sources):
            raise ValueError("a source is a landing folder such as crm/customers")
        return self


def _as_survivor(value: Any) -> Any:
    return {"rule": value} if isinstance(value, str) else value


AttributeRule = Annotated[Survivor, BeforeValidator(_as_survivor, json_schema_input_type=Choice | Survivor)]


class Imputation(BaseModel):
    """What stands for a missing value of an attribute, in a table of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Method = Field(
        description="mode: the value of most customers; mean: of birth_year alone; model: the likeliest value "
        "given `by`, of gender, income_band and loyalty_tier"
    )
    by: list[Known] = Field(
        default=[],
        description="customers are compared with those that are alike in these; a model needs at least one",
    )


def check_imputation(imputation: dict[Trait, Imputation]) -> dict[Trait, Imputation]:
    """Return what was given; ValueError says which attribute its method does not suit."""
    for trait, how in imputation.items():
        if how.method == "mean" and trait != "birth_year":
            raise ValueError(f"{trait} has no mean; take mode or model")
        if how.method == "model" and (trait not in MODELLED or not how.by):
            raise ValueError(
                f"{trait} has no model; take mode"
                if trait not in MODELLED
                else f"{trait}: a model needs `by`"
            )
        if trait in how.by or (trait == "birth_year" and "age_band" in how.by):
            raise ValueError(f"{trait} cannot be told by itself")
    return imputation


def write_attribute_rules(
    connection: duckdb.DuckDBPyConnection,
    survivorship: dict[Attribute, Survivor],
    imputation: dict[Trait, Imputation],
) -> None:
    """Make operations.survivorship_rules and operations.imputation_rules hold these rules.

    One row an attribute, or one each source that it trusts and trait that it goes by.
    """
    chosen = [
        (attribute, survivor.rule, feed, rank if feed else None)
        for attribute, survivor in survivorship.items()
        for rank, feed in enumerate(dict.fromkeys(survivor.sources) or [None], start=1)
    ]
    imputed = [
        (trait, how.method, known)
        for trait, how in imputation.items()
        for known in dict.fromkeys(how.by) or [None]
    ]
    with transaction(connection):
        connection.execute(f"""
            create or replace table {SURVIVORSHIP} (
                attribute varchar, rule varchar, feed varchar, feed_rank integer
            )
        """)
        connection.execute(
            f"create or replace table {IMPUTATION} (attribute varchar, method varchar, known varchar)"
        )
        for rule in chosen:
            connection.execute(f"insert into {SURVIVORSHIP} values (?, ?, ?, ?)", rule)
        for rule in imputed:
            connection.execute(f"insert into {IMPUTATION} values (?, ?, ?)", rule)
