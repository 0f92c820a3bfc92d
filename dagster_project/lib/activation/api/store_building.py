"""Lays one snapshot out for look-ups by id: an SQLite file with a row for each customer, list and product.

A table of DuckDB has no index, so that a look-up reads all of its customers. Ids are numbered and lists name products
by number, which keeps a hundred thousand customers' lists in some hundred megabytes. Reading is `store`'s.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.activation.api.store_tables import (
    INDEXES,
    LISTS,
    LISTS_AT_ONCE,
    NUMBERED,
    QUERIES,
    SORTED,
    TABLES,
)
from dagster_project.lib.activation.content.customers import OFFERS
from dagster_project.lib.activation.content.formats import read_currency
from dagster_project.lib.activation.content.variables import OFFER_KEYS
from dagster_project.lib.common.sql import quote_literal

_AT_ONCE = 2_000
_MEMORY = "2GB"
"""What does not fit goes to the disk for a while."""
_NICENESS = 10
"""Whoever answers requests, and the night, go before."""


def build_store(snapshot: Path, path: Path) -> None:
    """Write the store of a snapshot into an empty file; to be called in a process of its own.

    snapshot: a folder with kindred.duckdb and manifest.json. path: the file, which its owner alone may read.
    """
    os.nice(_NICENESS)
    manifest = json.loads((snapshot / "manifest.json").read_text())
    with (
        duckdb.connect(str(snapshot / "kindred.duckdb"), read_only=True) as source,
        sqlite3.connect(path) as target,
    ):
        spilled = quote_literal(f"{path}.spilled")
        # One thread leaves the other cores to the night; what is spilled must not land in the snapshot.
        source.execute(
            f"set threads = 1; set memory_limit = '{_MEMORY}'; set temp_directory = {spilled}; set TimeZone = 'UTC'"
        )
        source.execute(NUMBERED + SORTED)
        target.executescript(f"pragma journal_mode = off; pragma synchronous = off; {TABLES}")
        for table, query in QUERIES.items():
            _copy(source, target, table, query, {"today": manifest["as_of"]} if "$today" in query else {})
        (last,) = source.execute("select coalesce(max(list_number), -1) from sorted_lists").fetchone() or (
            -1,
        )
        for first in range(0, last + 1, LISTS_AT_ONCE):
            _copy(source, target, "lists", LISTS, {"first": first})
        documents = {
            "manifest": {key: manifest[key] for key in ("run_id", "as_of")},
            "currency": read_currency(source),
            "offers": [
                dict(zip(OFFER_KEYS, values, strict=True)) for values in source.execute(OFFERS).fetchall()
            ],
        }
        target.executemany(
            "insert into documents values (?, ?)",
            [(name, json.dumps(value)) for name, value in documents.items()],
        )
        target.executescript(INDEXES)
    target.close()


def _copy(
    source: duckdb.DuckDBPyConnection,
    target: sqlite3.Connection,
    table: str,
    query: str,
    values: Mapping[str, Any],
) -> None:
    found = source.execute(query, values or None)
    marks = ", ".join("?" * len(found.description))
    while rows := found.fetchmany(_AT_ONCE):
        target.executemany(f"insert into {table} values ({marks})", rows)


def _end_with_input() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Build the store that two arguments name; what went wrong is told by its kind, since messages may hold values.

    It ends when its input does: whoever began it holds the other end, and a store that nobody opens must not stay.
    """
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        build_store(Path(sys.argv[1]), Path(sys.argv[2]))
    except Exception as error:
        sys.exit(type(error).__name__)


if __name__ == "__main__":
    main()
