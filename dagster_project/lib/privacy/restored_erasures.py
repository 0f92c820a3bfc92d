"""Erasures that an earlier copy of the warehouse knows nothing of: when it is put back, they are carried out again.

Belongs here: handing them from the one warehouse to the other. How a backup takes a warehouse's place is told in
`dagster_project.lib.backups`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.privacy.tombstones import FILE

_TAKE_OVER_ERASURES = """
insert into operations.erasures (erasure_id, request_digest, requested_at, recorded_at)
select erasure_id, request_digest, requested_at, recorded_at
from gone.operations.erasures anti join operations.erasures using (erasure_id)
"""
_TAKE_OVER_TOMBSTONES = """
insert into operations.tombstones
from gone.operations.tombstones anti join operations.tombstones using (namespace, digest)
"""


def take_over_erasures(gone: Path, coming: Path) -> int | None:
    """Let the next night on `coming` carry out again what `gone` erased and it does not know of; returns how many.

    gone, coming: the databases, each beside its secret, open nowhere. None where `gone` cannot be read, or where its
    tombstones are under another secret and so name nobody here.
    """
    secrets = [(database.parent / FILE) for database in (gone, coming)]
    theirs, ours = (secret.read_text() if secret.exists() else "" for secret in secrets)
    if theirs and ours and theirs != ours:
        return None
    with warehouse.connect(coming) as connection:
        try:
            connection.execute(f"attach {quote_literal(gone)} as gone (read_only)")
            (number,) = connection.execute(_TAKE_OVER_ERASURES).fetchone() or (0,)
            connection.execute(_TAKE_OVER_TOMBSTONES)
        except duckdb.Error:
            return None
        connection.execute("detach gone")
        connection.execute("checkpoint")
    if theirs:
        secrets[1].write_text(theirs)
        secrets[1].chmod(0o600)
    return number
