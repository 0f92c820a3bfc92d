"""manifest.json: what a snapshot holds, what it was made of and by which run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.common.checksums import PROVENANCE, describe_table
from dagster_project.lib.common.warehouse import list_tables
from dagster_project.lib.publication.copies import SCHEMAS

RAW_TEXT = {"quality.rejected_rows": ("raw_row",), "quality.nulled_values": ("raw_value",)}
"""Columns with rows as they arrived: never in the analysts' copy."""
RENDERED = {"activation.content_blocks": ("subject", "html", "text")}
"""Columns with what single customers are written, by their names: likewise."""


@dataclass(frozen=True)
class Night:
    """Which night a snapshot is of. Times are UTC without zone."""

    run_id: str
    as_of: datetime
    computed_at: datetime


def describe(
    connection: duckdb.DuckDBPyConnection,
    night: Night,
    withheld: Mapping[str, Sequence[str]],
    keys: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """The manifest of what the warehouse's published schemas hold now.

    withheld: `schema.table` -> columns that the analysts' copy leaves out, beside RAW_TEXT and RENDERED.
    keys: `schema.table` -> columns that name a row; a table without them has no `key` in the manifest.
    """
    tables = sorted(name for name in list_tables(connection) if name.split(".")[0] in SCHEMAS)
    texts = RAW_TEXT | RENDERED
    hidden = {
        table: list(dict.fromkeys([*withheld.get(table, ()), *texts.get(table, ())])) for table in tables
    }
    champions = connection.execute(
        "select model, model_version from quality.model_versions where status = 'champion' order by model"
    ).fetchall()
    return {
        "run_id": night.run_id,
        "as_of": f"{night.as_of.isoformat()}Z",
        "published_at": f"{night.computed_at.isoformat(timespec='seconds')}Z",
        "duckdb_version": duckdb.__version__,
        "model_versions": dict(champions),
        "tables": {
            table: describe_table(connection, table) | ({"key": list(keys[table])} if keys.get(table) else {})
            for table in tables
        },
        "checksum_leaves_out": sorted(PROVENANCE),
        "analyst_leaves_out": {table: columns for table, columns in hidden.items() if columns},
        "input_files": _input_files(connection),
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a snapshot; empty where there is none."""
    path = folder / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def _input_files(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = ["file_path", "content_hash", "status", "rows_in", "rows_loaded", "rows_rejected"]
    rows = connection.execute(
        f"select {', '.join(names)} from quality.ingested_files order by file_id"
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
