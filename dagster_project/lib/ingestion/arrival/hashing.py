"""The hash by which a file is known again, whatever it is called and however it is compressed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dagster_project.lib.ingestion.arrival.compression import BROKEN, COMPRESSIONS, expand

MAX_EXPANSION = 1000
"""What expands further is known by its compressed bytes."""


def hash_content(path: Path) -> str:
    """Of what was compressed, so that a file which is compressed later on is known; of the bytes as they lie where
    they cannot be expanded.
    """
    compression = COMPRESSIONS.get(path.suffix.lower(), "none")
    expanded = _hash_expanded(path, compression) if compression != "none" else None
    if expanded is not None:
        return expanded
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _hash_expanded(path: Path, compression: str) -> str | None:
    """None for what is damaged, without end or nothing at all."""
    digest, size, most = hashlib.sha256(), 0, MAX_EXPANSION * path.stat().st_size
    try:
        for block in expand(path, compression):
            digest.update(block)
            size += len(block)
            if size > most:
                return None
    except BROKEN:
        return None
    return digest.hexdigest() if size else None
