"""What lies in landing: files, their containers, their content hashes. Reads bytes, never rows.

Whether a file is new is the ledger's question.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from dagster_project.lib.ingestion.arrival.compression import COMPRESSIONS
from dagster_project.lib.ingestion.arrival.hashing import hash_content

CONTAINERS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".parquet": "parquet"}
FORMAT_CONTAINERS = {".log": "log"}
"""What only a known layout is delivered in."""
UNFINISHED = frozenset({".tmp", ".part"})
YOUNG_SECONDS, WATCH_SECONDS = 60, 1
"""A file changed less than this ago may be unfinished; whoever writes it adds to it in less than the other."""
WORTH_A_THREAD = 1 << 20
"""Bytes from which a file is hashed beside others."""
_LINKED = "it is a link or lies behind one; put the file itself there"


@dataclass(frozen=True)
class LandedFile:
    """One file of a feed as it lies in landing."""

    path: Path
    relative_path: str
    """From landing on, such as pos/sales/2026-01-01.csv.gz; the ledger's `file_path`."""
    container: str
    """csv, tsv, jsonl, parquet, log, or the unknown extension itself."""
    compression: str
    """none, gzip or zstd."""
    content_hash: str
    size: int
    """In bytes, as it lies there."""
    folder: Path
    """Where it was delivered; `path` may be a copy elsewhere."""
    changed_ns: int = 0
    """When the file was last changed, in nanoseconds since 1970."""
    problem: str = ""
    """Why it could not even be opened, or nothing."""

    @property
    def has_readable_name(self) -> bool:
        """Whether the name is UTF-8, which the warehouse needs to keep it."""
        return self.path.as_posix().endswith(self.relative_path)

    @property
    def is_known_container(self) -> bool:
        """Whether the extension is one that can be read."""
        known = {**CONTAINERS, **FORMAT_CONTAINERS}.values()
        return self.container in known and not (self.container == "parquet" and self.compression != "none")


@dataclass(frozen=True)
class Known:
    """A file as the ledger remembers it."""

    size: int
    changed_ns: int
    content_hash: str


def list_files(
    landing: Path, feed_folder: str, moving: Collection[Path] = (), known: Mapping[str, Known] | None = None
) -> list[LandedFile]:
    """The finished files of a feed, at any depth, in the order of their paths.

    known: by relative path; a file whose size and time of last change are still those is not read again.

    Hidden files, those that say they are unfinished (`.tmp`, `.part`), those in `moving` and those that change while
    they are read are left for a later night.
    """
    folder = landing / feed_folder
    if not folder.is_dir():
        return []
    paths = [path for path in _entries(folder) if _is_finished(path, folder) and path not in moving]
    paths.sort(key=lambda path: path.relative_to(landing).as_posix())
    described = {path: _refuse(path, landing, _LINKED) for path in _find_linked(paths, landing)}
    small = [path for path in paths if path not in described and (_look(path) or (0, 0))[0] < WORTH_A_THREAD]
    described |= {path: _describe(path, landing, known or {}) for path in small}
    large = [path for path in paths if path not in described]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        described |= zip(
            large, pool.map(lambda path: _describe(path, landing, known or {}), large), strict=True
        )
    return [file for path in paths if (file := described[path]) is not None]


def find_moving(landing: Path) -> frozenset[Path]:
    """Files in landing that somebody is still writing: size or time of change moved while we watched.

    Waits WATCH_SECONDS where some file is so young that it may be unfinished, and not at all otherwise.
    """
    now = time.time()
    young = {}
    for path in landing.glob("*/*/**/*"):
        seen = _look(path)
        if seen is not None and now - seen[1] / 1e9 < YOUNG_SECONDS and path.is_file():
            young[path] = seen
    if not young:
        return frozenset()
    time.sleep(WATCH_SECONDS)
    return frozenset(path for path, seen in young.items() if _look(path) != seen)


def _look(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _entries(folder: Path) -> Iterator[Path]:
    """Files, and what hides files: links, and folders that cannot be listed."""
    closed: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        for path in (Path(parent) / name for name in names):
            if path.is_file() or path.is_symlink():
                yield path
        yield from filter(Path.is_symlink, (Path(parent) / name for name in folders))
    yield from closed


def _find_linked(paths: Collection[Path], landing: Path) -> set[Path]:
    """Of what lies there, links and what lies behind one.

    Whoever may put files here could have any other file read, the secrets of this machine among them; and what lies
    elsewhere in truth would still hold whom a night erases.
    """
    folders = {path.parent for path in paths}
    below = {
        folder: (folder, *folder.parents)[: len(folder.relative_to(landing).parts)] for folder in folders
    }
    behind = {folder for folder, ours in below.items() if any(map(Path.is_symlink, ours))}
    return {path for path in paths if path.parent in behind or path.is_symlink()}


def _is_finished(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.suffix not in UNFINISHED


def container_of(path: str) -> str:
    """csv, tsv, jsonl, parquet, log, or the unknown extension itself; `.gz` and `.zst` are looked through."""
    suffixes = [suffix.lower() for suffix in PurePath(path).suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    known = CONTAINERS | FORMAT_CONTAINERS
    return known.get(suffixes[-1], suffixes[-1]) if suffixes else "no extension"


def _describe(path: Path, landing: Path, known: Mapping[str, Known]) -> LandedFile | None:
    """None for a file that changed while it was read."""
    before, problem = _look(path), ""
    seen = known.get(_name_in(landing, path))
    try:
        # The time of the last change to the file's entry, which no copying tool sets back.
        changed_ns = path.stat().st_ctime_ns
        if seen and before and (seen.size, seen.changed_ns) == (before[0], changed_ns):
            content_hash = seen.content_hash
        else:
            content_hash = hash_content(path)
    except OSError as error:
        problem = f"it cannot be opened ({error.strerror}); make it readable or deliver it again"
        content_hash, changed_ns = "", 0
    if _look(path) != before:
        return None
    if problem:
        return _refuse(path, landing, problem)
    return _landed(path, landing, content_hash, before[0] if before else 0, changed_ns)


def _refuse(path: Path, landing: Path, problem: str) -> LandedFile:
    """What is set aside without a look at what is in it."""
    known_by = hashlib.sha256(f"{_name_in(landing, path)} {problem}".encode()).hexdigest()
    return replace(_landed(path, landing, known_by), problem=problem)


def _name_in(landing: Path, path: Path) -> str:
    return path.relative_to(landing).as_posix().encode("utf-8", "backslashreplace").decode()


def _landed(path: Path, landing: Path, content_hash: str, size: int = 0, changed_ns: int = 0) -> LandedFile:
    return LandedFile(
        path=path,
        relative_path=_name_in(landing, path),
        container=container_of(path.name),
        compression=COMPRESSIONS.get(path.suffix.lower(), "none"),
        content_hash=content_hash,
        size=size,
        folder=path.parent,
        changed_ns=changed_ns,
    )
