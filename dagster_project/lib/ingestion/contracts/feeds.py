"""A feed: one landing folder and the contract that holds for it. Pure description.

Finding both belongs to contract_files.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from dagster_project.lib.ingestion.contracts.contract import Contract


class Feed(BaseModel):
    """A landing folder with the contract that holds for it, defaults filled in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    name: str
    contract: Contract
    contract_hash: str
    json_schema: str | None = None
    """The text of the JSON Schema that the contract names."""

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
