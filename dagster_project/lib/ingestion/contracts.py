"""What a contract says: the canonical table a feed fills, its columns, its dialect. Pure description.

Finding and merging the files belongs to contract_files, turning a column into SQL to casts.
"""

from __future__ import annotations

import codecs
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

ColumnType = Literal["varchar", "timestamp", "date", "integer", "double", "boolean", "json"]
PersonalData = Literal["none", "indirect", "direct", "sensitive"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """One column of a feed, by its canonical name."""

    name: str
    type: ColumnType = "varchar"
    required: bool = False
    personal_data: PersonalData = "none"
    on_error: Literal["reject", "null"] | None = None
    keep: Literal["plain", "hashed", "dropped"] = Field(
        default="plain",
        description="hashed: only a SHA-256 digest reaches the warehouse, which still links records;"
        " dropped: nothing does",
    )
    default: str | int | float | bool | None = None
    values: list[str | int | float | bool] | None = None
    min: float | None = None
    max: float | None = None
    pattern: str | None = None

    @property
    def rejects(self) -> bool:
        """Whether a value that does not fit costs the row, or only the value."""
        return (self.on_error or ("reject" if self.required else "null")) == "reject"


class Dialect(_Strict):
    """How a text file is written. The defaults are those of RFC 4180."""

    delimiter: str | None = Field(
        default=None, description="default: a comma, in .tsv a tab", min_length=1, max_length=1
    )
    quote: str = Field(default='"', min_length=1, max_length=1)
    escape: str = Field(default='"', min_length=1, max_length=1)
    encoding: str = Field(default="utf-8", description="any that Python knows, such as utf-16 or cp1252")
    decimal: Literal[".", ","] = "."
    timestamp_format: str | None = Field(
        default=None, description="of times without an offset: '%d.%m.%Y %H:%M'"
    )
    date_format: str | None = Field(default=None, description="such as '%d.%m.%Y'")

    @field_validator("encoding")
    @classmethod
    def _know_encoding(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name
        except LookupError:
            raise ValueError("no encoding of this name; use one such as utf-8, utf-16 or cp1252") from None


class Contract(_Strict):
    """What a feed, the files of one landing folder, promises."""

    description: str = ""
    table: str | None = Field(
        default=None, description="the canonical table, such as pos/sales; default: the folder"
    )
    format: Literal["canonical"] = "canonical"
    dialect: Dialect = Dialect()
    columns: list[Column] = []
    primary_key: list[str] = []
    event_time: str | None = None
    time_zone: str = Field(default="UTC", description="of times without an offset, such as Europe/Berlin")
    clock_skew_minutes: float = Field(
        default=60, ge=0, description="how far an event may lie after its file's arrival before it is refused"
    )
    rename: dict[str, str] = Field(default={}, description="the user's own column name: canonical name")

    @field_validator("columns", mode="before")
    @classmethod
    def _accept_mapping(cls, columns: Any) -> Any:
        if isinstance(columns, dict):
            return [{"name": name, **(rules or {})} for name, rules in columns.items()]
        return columns


class Feed(_Strict):
    """A landing folder with the contract that holds for it, defaults filled in."""

    source: str
    name: str
    contract: Contract
    contract_hash: str

    @property
    def folder(self) -> str:
        """`<source>/<name>`, as it stands in the column `feed`."""
        return f"{self.source}/{self.name}"

    @property
    def table(self) -> str:
        """The canonical table, such as pos/sales."""
        return self.contract.table or self.folder

    @property
    def raw_table(self) -> str:
        """The table this feed fills, such as raw.pos_sales."""
        return raw_table(self.table)


def raw_table(canonical: str) -> str:
    """The raw table of a canonical table: pos/sales -> raw.pos_sales."""
    return "raw." + canonical.replace("/", "_")
