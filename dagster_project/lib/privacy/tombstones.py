"""What is left of who was erased: keyed digests of what named them, so that an export that comes again revives nobody.

A digest is that of the identifier's key under a secret of this warehouse; without the secret nobody can try names out.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import duckdb

FILE = "privacy.key"
_BYTES = 32


def read_secret(folder: Path) -> str:
    """The secret of the warehouse in this folder (hexadecimal), its owner's alone to read; made where there is none."""
    path = folder / FILE
    if not path.exists():
        unfinished = path.with_suffix(".new")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    return path.read_text()


def use_secret(connection: duckdb.DuckDBPyConnection, secret: str) -> None:
    """Let `digest_of` work on this connection."""
    connection.execute("set variable tombstone_secret = ?", [secret])


def digest_of(namespace: str, key: str) -> str:
    """SQL: the digest of an identifier, both given as SQL.

    NMAC's nesting of keyed hashes (Bellare, Canetti and Krawczyk 1996, "Keying Hash Functions for Message
    Authentication"): the outer one keeps anybody from extending the inner.
    """
    keyed = "sha256(getvariable('tombstone_secret') || "
    return f"{keyed}{keyed}{namespace} || '|' || {key}))"
