"""Sending the published tables to each destination: a table whose content is there already is left alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dagster_project.lib.activation.destinations import Destination
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_identifier, quote_literal

_FORMATS = {
    "csv": "format csv, header",
    "jsonl": "format json, array false",
    "parquet": "format parquet, compression zstd",
}
_FORMULA = r"^[=+\-@\t\r]"
"""How a text begins that a spreadsheet would run (OWASP, "CSV Injection")."""
RECEIPT = ".kindred.json"
"""Beside the files: which content of each table lies there."""


@dataclass(frozen=True)
class Delivery:
    """What was, or with a dry run would be, done with one table at one destination."""

    destination: str
    table: str
    rows: int
    is_changed: bool


def sync(
    current: Path, data_dir: Path, destinations: Sequence[Destination], *, dry_run: bool = False
) -> list[Delivery]:
    """Write each destination's tables from the snapshot `current`; every file appears whole, by a rename.

    current: `published/current`. data_dir: what relative folders are relative to. Raises KindredError where nothing
    is published yet or a table is not published.
    """
    manifest_path = current / "manifest.json"
    if not manifest_path.exists():
        raise KindredError("nothing is published yet", "run `make nightly` first")
    tables = json.loads(manifest_path.read_text())["tables"]
    deliveries = []
    with duckdb.connect(str(current / "kindred.duckdb"), read_only=True) as connection:
        for destination in destinations:
            unknown = [table for table in destination.tables if table not in tables]
            if unknown:
                raise KindredError(
                    f"destinations.yml: {destination.name} asks for {', '.join(unknown)}, which is not published",
                    f"name tables out of: {', '.join(sorted(tables))}",
                )
            deliveries += _deliver(
                connection, data_dir / destination.folder, destination, tables, dry_run=dry_run
            )
    return deliveries


def _deliver(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    destination: Destination,
    tables: dict[str, dict[str, object]],
    *,
    dry_run: bool,
) -> list[Delivery]:
    receipt = folder / RECEIPT
    there = json.loads(receipt.read_text()) if receipt.exists() else {}
    deliveries = []
    for table in destination.tables:
        path = folder / f"{table.split('.')[1]}.{destination.format}"
        is_changed = there.get(path.name) != tables[table]["checksum"] or not path.exists()
        deliveries.append(Delivery(destination.name, table, int(str(tables[table]["rows"])), is_changed))
        if is_changed and not dry_run:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = path.with_name(f".{path.name}.part")
            rows = _inert_rows(connection, table) if destination.format == "csv" else f"from {table}"
            connection.execute(
                f"copy ({rows}) to {quote_literal(unfinished)} ({_FORMATS[destination.format]})"
            )
            unfinished.replace(path)
            there[path.name] = tables[table]["checksum"]
            receipt.write_text(json.dumps(there, indent=1))
    return deliveries


def _inert_rows(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """The table as a query in which a text that a spreadsheet would run has an apostrophe before it."""
    columns = []
    for name, kind, *_ in connection.execute(f"describe {table}").fetchall():
        column = quote_identifier(name)
        is_formula = f"regexp_matches({column}, {quote_literal(_FORMULA)})"
        inert = f"case when {is_formula} then chr(39) || {column} else {column} end as {column}"
        columns.append(inert if kind == "VARCHAR" else column)
    return f"select {', '.join(columns)} from {table}"
