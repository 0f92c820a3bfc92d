"""The files of a snapshot that hold tables: two databases and a Parquet file a table.

What did not change since the snapshot before is linked, not copied: snapshots are immutable, so both may share it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.common.sql import quote_identifier, quote_literal

SCHEMAS = ("marts", "activation", "experiments", "quality")

_STORAGE_VERSION = "v1.3.0"
"""Of DuckDB's file format, and the oldest release that can read the files. Older formats take half as long again."""

_ADDRESS = r"[A-Za-z0-9._%+-]+(@|%40)[A-Za-z0-9.-]+\.[A-Za-z]{2,}"


@dataclass(frozen=True)
class Copier:
    """Writes the tables of one snapshot.

    manifest: the new snapshot's. previous: the folder of the snapshot before, or None. previous_manifest: what that
    one says of itself, empty where there is none.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    manifest: Mapping[str, Any]
    previous: Path | None
    previous_manifest: Mapping[str, Any]

    def copy_all(self) -> None:
        """Write kindred.duckdb for its owner only, analyst.duckdb without the columns left out
        (and tables of which no other is left) and without addresses in texts, and parquet/.
        """
        self._copy_database("kindred.duckdb", {}, 0o600)
        self._copy_database("analyst.duckdb", self.manifest["analyst_leaves_out"], 0o644)
        (self.folder / "parquet").mkdir(mode=0o700)
        for table in self.manifest["tables"]:
            name = f"parquet/{table.replace('.', '/')}.parquet"
            (self.folder / name).parent.mkdir(exist_ok=True)
            if not self._link(name, ["duckdb_version"], [table]):
                path = quote_literal(self.folder / name)
                self.connection.execute(f"copy {table} to {path} (format parquet, compression zstd)")

    def _copy_database(self, name: str, left_out: Mapping[str, Sequence[str]], mode: int) -> None:
        tables = list(self.manifest["tables"])
        if list(self.previous_manifest.get("tables", {})) == tables and self._link(
            name, ["duckdb_version", "analyst_leaves_out"], tables
        ):
            return
        path = self.folder / name
        self.connection.execute(
            f"attach {quote_literal(path)} as snapshot (storage_version '{_STORAGE_VERSION}')"
        )
        try:
            for schema in SCHEMAS:
                self.connection.execute(f"create schema snapshot.{schema}")
            for table in tables:
                columns = self._columns(table, left_out.get(table, ()), is_masked=bool(left_out))
                if columns:
                    self.connection.execute(f"create table snapshot.{table} as select {columns} from {table}")
            self.connection.execute("checkpoint snapshot")
        finally:
            self.connection.execute("detach snapshot")
        path.chmod(mode)

    def _columns(self, table: str, hidden: Sequence[str], *, is_masked: bool) -> str:
        """The select list of a copy; in a masked one, e-mail addresses inside texts are blotted out."""
        described = self.connection.execute(f"describe {table}").fetchall()
        unknown = set(hidden) - {row[0] for row in described}
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))} to leave out")
        columns = []
        for name, kind in ((row[0], row[1]) for row in described if row[0] not in hidden):
            column = quote_identifier(name)
            if is_masked and kind in ("VARCHAR", "JSON"):
                blotted = f"regexp_replace({column}::varchar, {quote_literal(_ADDRESS)}, '[e-mail]', 'g')"
                column = (
                    f"case when contains({column}::varchar, '@') or contains({column}::varchar, '%40')"
                    f" then {blotted}::{kind} else {column} end as {column}"
                )
            columns.append(column)
        return ", ".join(columns)

    def _link(self, name: str, keys: Sequence[str], tables: Sequence[str]) -> bool:
        """Link the file of the snapshot before, if every one of `tables` and `keys` is the same in both."""
        if self.previous is None or not (self.previous / name).exists():
            return False
        earlier, now = self.previous_manifest, self.manifest
        is_same = all(earlier.get(key) == now[key] for key in keys) and all(
            earlier["tables"].get(table) == now["tables"][table] for table in tables
        )
        if is_same:
            os.link(self.previous / name, self.folder / name)
        return is_same
