"""What a night has to do for one feed: what is new, what is a repeat, what replaces what.

A file is known by the hash of its content and of the contract it was read with, never by its name or time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from dagster_project.lib.ingestion.arrival.landing import LandedFile, container_of
from dagster_project.lib.ingestion.bookkeeping.replays import is_replay
from dagster_project.lib.ingestion.contracts.feeds import Feed


@dataclass
class Plan:
    """The files of a feed, by what becomes of them."""

    to_load: list[LandedFile] = field(default_factory=list)
    duplicates: list[LandedFile] = field(default_factory=list)
    """The same content lies under another name already; nothing is loaded."""
    replaced: dict[str, list[int]] = field(default_factory=dict)
    """File path -> numbers of the loaded files whose rows go once this one is loaded."""
    retried: dict[str, list[int]] = field(default_factory=dict)
    """File path -> numbers of entries in quarantine that go once this one is read, whatever comes of it."""
    kept: dict[str, int] = field(default_factory=dict)
    """File path -> the number that a file keeps which is read once more."""
    left: list[str] = field(default_factory=list)
    """Paths that were to be read once more and cannot be: they, or what belongs to them, left landing or changed."""


@dataclass(frozen=True)
class _Entry:
    """A file as the ledger has it; replaced ones are left out."""

    file_id: int
    path: str
    content_hash: str
    contract_hash: str
    status: str
    part_of: int | None

    @property
    def is_superseded(self) -> bool:
        """Whether it brought corrections to a file that has been delivered anew since."""
        return self.status == "quarantined" and self.part_of is not None

    @property
    def whole(self) -> int:
        """The file that its rows belong to."""
        return self.part_of or self.file_id


def plan_feed(
    connection: duckdb.DuckDBPyConnection,
    feed: Feed,
    files: Sequence[LandedFile],
    again: Collection[int] = (),
) -> Plan:
    """Compare what lies in landing with the ledger. Files that left landing keep their rows.

    again: numbers of files to read once more whatever is known of them, and then nothing else is read; a file and its
    corrections are read together or not at all.
    Content counts as the same where it was read the same way: a container more or another contract is new.
    """
    rows = connection.execute(
        """
        select file_id, file_path, content_hash, contract_hash, status, part_of from quality.ingested_files
        where source = ? and source_table = ? and status <> 'replaced'
        """,
        [feed.source, feed.name],
    ).fetchall()
    entries = [_Entry(*row) for row in rows]
    present = {file.relative_path: file.content_hash for file in files}
    plan = Plan()
    chosen: frozenset[int] = frozenset()
    if again:
        chosen, plan.left = _choose(entries, present, again)
        paths = {entry.path for entry in entries if entry.file_id in chosen}
        files = [file for file in files if file.relative_path in paths]
    loaded: set[tuple[str, str, str]] = set()
    settled: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        is_same = present.get(entry.path, entry.content_hash) == entry.content_hash
        is_current = is_same and (entry.contract_hash == feed.contract_hash or entry.is_superseded)
        if entry.file_id in chosen:
            is_current = False
            plan.kept[entry.path] = entry.file_id
        if is_current:
            settled.setdefault((entry.path, entry.content_hash), set()).add(entry.status)
        if entry.status == "loaded" and (is_current or entry.path not in present):
            loaded.add(_content_of(entry.content_hash, entry.path))
        elif entry.status == "loaded":
            plan.replaced.setdefault(entry.path, []).append(entry.file_id)
        elif entry.status == "quarantined" and not is_current and entry.path in present:
            plan.retried.setdefault(entry.path, []).append(entry.file_id)
    for file in files:
        content = _content_of(file.content_hash, file.relative_path)
        statuses = settled.get((file.relative_path, file.content_hash), set())
        if content in loaded:
            if not statuses & {"loaded", "duplicate"}:
                plan.duplicates.append(file)
        elif "quarantined" not in statuses:
            plan.to_load.append(file)
            loaded.add(content)
    return plan


def _choose(
    entries: Sequence[_Entry], present: Mapping[str, str], again: Collection[int]
) -> tuple[frozenset[int], list[str]]:
    """Numbers of the entries to read once more, and paths of those that cannot be."""
    wanted = {entry.whole for entry in entries if entry.file_id in again}
    members: dict[int, list[_Entry]] = {}
    for entry in entries:
        if entry.whole in wanted and entry.status != "duplicate" and not entry.is_superseded:
            members.setdefault(entry.whole, []).append(entry)
    chosen: list[int] = []
    left: list[str] = []
    for parts in members.values():
        if all(present.get(part.path) == part.content_hash for part in parts):
            chosen += [part.file_id for part in parts]
        else:
            left += [part.path for part in parts]
    return frozenset(chosen), sorted(left)


def _content_of(content_hash: str, path: str) -> tuple[str, str, str]:
    """What makes two files one; corrections of two files may read alike and are two."""
    return content_hash, container_of(path), path if is_replay(path) else ""
