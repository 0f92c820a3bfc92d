"""What a contract says: the canonical table a feed fills, its columns, its dialect. Pure description.

Finding and merging the files belongs to contract_files, turning a column into SQL to casts.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dagster_project.lib.ingestion.contracts.dialects import Dialect

ColumnType = Literal["varchar", "timestamp", "date", "integer", "double", "boolean", "json"]
PersonalData = Literal["none", "indirect", "direct", "sensitive"]
FormatName = Literal["canonical", "ga4", "segment", "snowplow", "shopify", "klaviyo", "adobe", "access_log"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rules(_Strict):
    """What holds for the values of one column."""

    type: ColumnType = Field(
        default="varchar",
        description="That of the canonical table, whatever is written here: raw tables have one shape.",
    )
    required: bool = Field(
        default=False,
        description="Whether a row without a value is rejected, and a file without the column set aside.",
    )
    personal_data: PersonalData = Field(
        default="none", description="How closely a value points at a person; decides who gets to see it."
    )
    on_error: Literal["reject", "null"] | None = Field(
        default=None,
        description="What a value that does not fit costs: `reject` the row (default for required columns) or `null`"
        " the value, counted and reported (default for others).",
    )
    keep: Literal["plain", "hashed", "dropped"] = Field(
        default="plain",
        description="`hashed`: only a SHA-256 digest reaches the warehouse, which still links records; `dropped`:"
        " nothing does.",
    )
    default: str | int | float | bool | None = Field(
        default=None, description="Stands in for a blank value, and for a column that the file lacks."
    )
    values: list[str | int | float | bool] | None = Field(
        default=None, description="The only values allowed.", min_length=1
    )
    min: float | None = Field(default=None, description="The least number allowed.")
    max: float | None = Field(default=None, description="The greatest number allowed.")
    pattern: str | None = Field(
        default=None,
        description="A regular expression (RE2) that the whole text must match.",
        examples=["[A-Z]{2}[0-9]+"],
    )


class Column(Rules):
    """One column of a feed, by its canonical name."""

    name: str = Field(description="The canonical name; `rename:` maps the export's own name to it.")

    @property
    def rejects(self) -> bool:
        """Whether a value that does not fit costs the row, or only the value."""
        return (self.on_error or ("reject" if self.required else "null")) == "reject"


def _list_columns(columns: Any) -> Any:
    if not isinstance(columns, dict):
        return columns
    for name, rules in columns.items():
        if not isinstance(rules, dict | None):
            raise ValueError(f"the rules of {name!r} must be a mapping such as {{min: 0}}")  # noqa: TRY004
    return [{"name": name, **(rules or {})} for name, rules in columns.items()]


class Unpivot(_Strict):
    """Turning columns of a wide export into rows: each value that is given becomes a row of its own."""

    columns: Annotated[list[str], Field(min_length=1)] | Literal["others"] = Field(
        description="The export's own columns, or `others`: all that no canonical column takes.",
        examples=[["preferences", "statistics", "marketing"], "others"],
    )
    name: str = Field(description="The canonical column that gets the column's name.", examples=["purpose"])
    value: str = Field(description="The canonical column that gets its value.", examples=["status"])


class Contract(_Strict):
    """What a feed, the files of one landing folder, promises."""

    description: str = Field(default="", description="A sentence for people.")
    table: str | None = Field(
        default=None,
        description="The canonical table that the feed fills; default: the folder's own name.",
        examples=["pos/sales"],
    )
    format: FormatName = Field(default="canonical", description="A known export layout, see docs/formats.md.")
    dialect: Dialect = Field(default=Dialect(), description="How the text files are written.")
    columns: Annotated[
        list[Column],
        BeforeValidator(_list_columns, json_schema_input_type=list[Column] | dict[str, Rules | None]),
    ] = Field(
        default=[],
        description="Rules on canonical columns, over those of the canonical table; a list or a mapping.",
    )
    primary_key: list[str] = Field(
        default=[], description="Canonical columns that name a row; default: the canonical table's."
    )
    event_time: str | None = Field(
        default=None,
        description="The canonical column that says when it happened; default: the canonical table's.",
    )
    time_zone: str = Field(
        default="UTC",
        description="Of times without an offset.",
        examples=["Europe/Berlin", "America/New_York"],
    )
    clock_skew_minutes: float = Field(
        default=60,
        ge=0,
        description="How far an event may lie after its file's arrival before its row is rejected.",
    )
    rename: dict[str, str] = Field(
        default={},
        description="The export's own column name: canonical name.",
        examples=[{"InvoiceNo": "order_id"}],
    )
    unpivot: Unpivot | None = Field(
        default=None, description="For wide exports: columns that become rows of a name and a value each."
    )
    json_schema: str | None = Field(
        default=None,
        description="A JSON Schema (Draft 2020-12) that each JSON line must fit, by its path from this file.",
        examples=["events.schema.json"],
    )
