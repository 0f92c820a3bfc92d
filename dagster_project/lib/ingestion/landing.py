"""What lies in landing: files, their containers, their content hashes. Reads bytes, never rows.

Whether a file is new is the ledger's question.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
CONTAINERS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".parquet": "parquet"}
FORMAT_CONTAINERS = {".log": "log"}
"""What only a known layout is delivered in."""
UNFINISHED = frozenset({".tmp", ".part"})


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

    @property
    def has_readable_name(self) -> bool:
        """Whether the name is UTF-8, which the warehouse needs to keep it."""
        return self.path.as_posix().endswith(self.relative_path)

    @property
    def is_known_container(self) -> bool:
        """Whether the extension is one that can be read."""
        known = {**CONTAINERS, **FORMAT_CONTAINERS}.values()
        return self.container in known and not (self.container == "parquet" and self.compression != "none")


def list_files(landing: Path, feed_folder: str) -> list[LandedFile]:
    """The finished files of a feed, at any depth, in the order of their paths.

    Hidden files and those still being written (`.tmp`, `.part`) are left for a later night.
    """
    folder = landing / feed_folder
    if not folder.is_dir():
        return []
    paths = (path for path in folder.rglob("*") if path.is_file() and _is_finished(path, folder))
    return [
        _describe(path, landing)
        for path in sorted(paths, key=lambda path: path.relative_to(landing).as_posix())
    ]


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


def _describe(path: Path, landing: Path) -> LandedFile:
    with path.open("rb") as stream:
        content_hash = hashlib.file_digest(stream, "sha256").hexdigest()
    return LandedFile(
        path=path,
        relative_path=path.relative_to(landing).as_posix().encode("utf-8", "backslashreplace").decode(),
        container=container_of(path.name),
        compression=COMPRESSIONS.get(path.suffix.lower(), "none"),
        content_hash=content_hash,
        size=path.stat().st_size,
        folder=path.parent,
    )
