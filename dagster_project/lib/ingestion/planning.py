"""What a night has to do for one feed: what is new, what is a repeat, what replaces what.

A file is known by the hash of its content and of the contract it was read with, never by its name or time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from dagster_project.lib.ingestion.feeds import Feed
from dagster_project.lib.ingestion.landing import LandedFile, container_of


@dataclass(frozen=True)
class Plan:
    """The files of a feed, by what becomes of them."""

    to_load: list[LandedFile]
    duplicates: list[LandedFile]
    """The same content lies under another name already; nothing is loaded."""
    replaced: dict[str, list[int]]
    """File path -> numbers of the loaded files whose rows go once this one is loaded."""
    kept: dict[str, int]
    """File path -> the number that a file keeps which is read once more."""


def plan_feed(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    files: Sequence[LandedFile],
    again: Collection[int] = (),
) -> Plan:
    """Compare what lies in landing with the ledger. Files that left landing keep their rows.

    again: numbers of files to read once more whatever is known of them, and then nothing else is read.
    Content counts as the same where it was read the same way: a container more or another contract is new.
    """
    entries = connection.execute(
        """
        select file_id, file_path, content_hash, contract_hash, status from quality.ingested_files
        where source = ? and source_table = ? and status <> 'replaced'
        """,
        [feed.source, feed.name],
    ).fetchall()
    if again:
        named = {path for file_id, path, *_ in entries if file_id in again}
        files = [file for file in files if file.relative_path in named]
    present = {file.relative_path: file.content_hash for file in files}
    replaced: dict[str, list[int]] = {}
    kept: dict[str, int] = {}
    loaded: set[tuple[str, str]] = set()
    settled: dict[tuple[str, str], set[str]] = {}
    for file_id, path, content_hash, contract_hash, status in entries:
        is_same = present.get(path, content_hash) == content_hash
        is_current = contract_hash == feed.contract_hash and is_same
        if file_id in again and path in present:
            is_current = False
            if is_same and status == "loaded":
                kept[path] = file_id
        if status == "loaded" and (is_current or path not in present):
            loaded.add((content_hash, container_of(path)))
        elif status == "loaded":
            replaced.setdefault(path, []).append(file_id)
        if is_current:
            settled.setdefault((path, content_hash), set()).add(status)
    to_load, duplicates = [], []
    for file in files:
        content = (file.content_hash, file.container)
        statuses = settled.get((file.relative_path, file.content_hash), set())
        if content in loaded:
            if not statuses & {"loaded", "duplicate"}:
                duplicates.append(file)
        elif "quarantined" not in statuses:
            to_load.append(file)
            loaded.add(content)
    return Plan(to_load, duplicates, replaced, kept)
