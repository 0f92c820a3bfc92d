"""Proof that a stage's inputs are those of its last finished run, so that its work need not be done again.

A fingerprint names content, never a time of modification. It is taken away before a stage starts and
written after it ended, so a stage that was killed half-way is never taken for done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common.warehouse import transaction


def hash_folders(folders: Iterable[Path], suffixes: frozenset[str], leave_out: Collection[Path] = ()) -> str:
    """Hash names and contents of the files with these suffixes below the folders.

    leave_out: files and folders that do not count.
    """
    out = set(leave_out)
    digest = hashlib.sha256()
    for folder in folders:
        paths = (
            path
            for path in folder.rglob("*")
            if path.suffix in suffixes and path.is_file() and out.isdisjoint((path, *path.parents))
        )
        for path in sorted(paths, key=lambda path: path.relative_to(folder).as_posix()):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def hash_text(*parts: object) -> str:
    """Hash a sequence of values by their text."""
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()


def finished_run(connection: duckdb.DuckDBPyConnection, stage: str, fingerprint: str) -> str | None:
    """The run that finished this stage on these very inputs, or None."""
    row = connection.execute(
        "select run_id from operations.stage_fingerprints where stage = ? and fingerprint = ?",
        [stage, fingerprint],
    ).fetchone()
    return row[0] if row else None


def forget(connection: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Call before a stage starts to change its tables."""
    connection.execute("delete from operations.stage_fingerprints where stage = ?", [stage])


def forget_all(connection: duckdb.DuckDBPyConnection) -> None:
    """For whoever changes rows that no fingerprint tells apart: every stage does its work again."""
    connection.execute("delete from operations.stage_fingerprints")


def record(
    connection: duckdb.DuckDBPyConnection, stage: str, fingerprint: str, run_id: str, at: datetime
) -> None:
    """Call after a stage ended."""
    with transaction(connection):
        forget(connection, stage)
        connection.execute(
            "insert into operations.stage_fingerprints values (?, ?, ?, ?)", [stage, fingerprint, run_id, at]
        )
