"""Publishing: an immutable folder built beside the last one, then made current by one rename.

A reader of `published/current` sees the old snapshot or the new one, never half of either. What may be
published is decided by the checks before this stage.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.publication.checksums import PROVENANCE, describe_table

SCHEMAS = ("marts", "activation", "experiments", "quality")
RAW_TEXT = {"quality.rejected_rows": ("raw_row",), "quality.nulled_values": ("raw_value",)}
"""Columns with rows as they arrived: never in the analysts' copy."""
KEPT_SNAPSHOTS = 7


@dataclass(frozen=True)
class Night:
    """Which night a snapshot is of. Times are UTC without zone."""

    run_id: str
    as_of: datetime
    computed_at: datetime


@dataclass(frozen=True)
class Snapshot:
    """What was published."""

    folder: Path
    tables: dict[str, dict[str, object]]
    """`schema.table` -> rows, checksum."""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(int(str(entry["rows"])) for entry in self.tables.values())


def publish(
    connection: duckdb.DuckDBPyConnection,
    published: Path,
    night: Night,
    report: str,
    direct_identifiers: Mapping[str, Sequence[str]],
) -> Snapshot:
    """Write a snapshot of every published table and make it current.

    published: the folder that holds `snapshots/` and `current`. report: the page's HTML. direct_identifiers:
    `schema.table` -> columns that the analysts' copy leaves out. The previous snapshots stay, KEPT_SNAPSHOTS in all.
    """
    snapshots = published / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    for leftover in snapshots.glob(".building-*"):
        shutil.rmtree(leftover)
    building = snapshots / f".building-{night.run_id}"
    building.mkdir(mode=0o755)
    tables = published_tables(connection)
    hidden = {table: [*direct_identifiers.get(table, ()), *RAW_TEXT.get(table, ())] for table in tables}
    _copy_database(connection, building / "kindred.duckdb", tables, {}, 0o600)
    _copy_database(connection, building / "analyst.duckdb", tables, hidden, 0o644)
    _copy_parquet(connection, building / "parquet", tables)
    described = {table: describe_table(connection, table) for table in tables}
    _write(building / "report" / "index.html", report)
    _write(building / "manifest.json", json.dumps(_manifest(connection, night, described), indent=1))
    _flush(building)
    folder = snapshots / f"{night.as_of:%Y%m%dT%H%M%S}-{night.run_id}"
    building.rename(folder)
    _make_current(published, folder)
    _prune(snapshots, folder)
    return Snapshot(folder, described)


def published_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """`schema.table` of every table in the published schemas, by name."""
    rows = connection.execute(
        """
        select table_schema || '.' || table_name from information_schema.tables
        where table_catalog = current_database() and list_contains(?, table_schema) order by 1
        """,
        [list(SCHEMAS)],
    ).fetchall()
    return [row[0] for row in rows]


def _copy_database(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    tables: Sequence[str],
    hidden: Mapping[str, Sequence[str]],
    mode: int,
) -> None:
    connection.execute(f"attach {quote_literal(path)} as snapshot")
    try:
        for schema in SCHEMAS:
            connection.execute(f"create schema snapshot.{schema}")
        for table in tables:
            left_out = ", ".join(quote_identifier(column) for column in hidden.get(table, ()))
            columns = f"* exclude ({left_out})" if left_out else "*"
            connection.execute(f"create table snapshot.{table} as select {columns} from {table}")
        connection.execute("checkpoint snapshot")
    finally:
        connection.execute("detach snapshot")
    path.chmod(mode)


def _copy_parquet(connection: duckdb.DuckDBPyConnection, folder: Path, tables: Sequence[str]) -> None:
    folder.mkdir(mode=0o700)
    for table in tables:
        path = folder / (table.replace(".", "/") + ".parquet")
        path.parent.mkdir(exist_ok=True)
        connection.execute(f"copy {table} to {quote_literal(path)} (format parquet, compression zstd)")


def _manifest(
    connection: duckdb.DuckDBPyConnection, night: Night, described: dict[str, dict[str, object]]
) -> dict[str, object]:
    files = connection.execute("""
        select file_path, content_hash, status, rows_in, rows_loaded, rows_rejected
        from quality.ingested_files order by file_id
    """)
    names = [column[0] for column in files.description]
    # Fetched at once: the next statement on the same connection takes this result away.
    input_files = [dict(zip(names, row, strict=True)) for row in files.fetchall()]
    champions = connection.execute(
        "select model, model_version from quality.model_versions where status = 'champion' order by model"
    ).fetchall()
    return {
        "run_id": night.run_id,
        "as_of": f"{night.as_of.isoformat()}Z",
        "published_at": f"{night.computed_at.isoformat(timespec='seconds')}Z",
        "input_files": input_files,
        "tables": described,
        "checksums_leave_out": sorted(PROVENANCE),
        "model_versions": dict(champions),
    }


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _flush(folder: Path) -> None:
    """Bring every file to the disk before the rename makes it visible, so that a power cut cannot publish holes."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _make_current(published: Path, folder: Path) -> None:
    link = published / f".current-{folder.name}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(published))
    link.replace(published / "current")


def _prune(snapshots: Path, current: Path) -> None:
    """Keep the newest; a reader that has an older one open keeps its files until it closes them."""
    others = [path for path in snapshots.iterdir() if path != current and not path.name.startswith(".")]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT_SNAPSHOTS - 1 :]:
        shutil.rmtree(path)
