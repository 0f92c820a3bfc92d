"""Requests to see what is held, carried out once each when the night has published, and told of by a receipt.

A receipt names nobody: its id is the keyed digest of the request's, and the answer's folder is called by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree

import duckdb

from dagster_project.lib.privacy.access import gather, prepare
from dagster_project.lib.privacy.access_folders import FOLDER, write_answer
from dagster_project.lib.privacy.access_person import Identifier, NotOnePersonError
from dagster_project.lib.privacy.open_requests import may_be_asked
from dagster_project.lib.privacy.tombstones import digest_of, read_secret, use_secret
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses

_OPEN = f"""
select {digest_of("'request'", "request_id")} as receipt_id, min(requested_at),
    list(distinct [namespace, match_key])
from ($requests) where kind = 'access' and match_key is not null
group by 1
having receipt_id not in (select receipt_id from operations.privacy_receipts)
order by 2, 1
"""


@dataclass(frozen=True)
class Accesses:
    """What one night answered. folders: of answers. unclear: requests that name no one customer and stay open."""

    folders: tuple[Path, ...]
    unclear: int


def answer_requests(
    connection: duckdb.DuckDBPyConnection, folder: Path, deliveries: Path, run_id: str, now: datetime
) -> Accesses:
    """Write an answer to every request of access that has none.

    connection: the warehouse, whose models are built. folder: where it lies. deliveries: the state of destinations.
    now: the clock, UTC. Killed after an answer and before its receipt, the next night writes the answer anew.
    """
    if not may_be_asked(connection, "access"):
        return Accesses((), 0)
    use_secret(connection, read_secret(folder))
    query = _OPEN.replace("$requests", read_analyses()["requests_by_identifier"])
    requests = connection.execute(query).fetchall()
    if requests:
        prepare(connection)
    folders: list[Path] = []
    for receipt_id, requested_at, named in requests:
        target = folder / FOLDER / receipt_id
        try:
            answer = gather(connection, deliveries, [Identifier(*pair) for pair in named], now)
        except NotOnePersonError:
            continue
        if target.exists():
            rmtree(target)
        write_answer(answer, target)
        connection.execute(
            "insert into operations.privacy_receipts values (?, 'access', ?, ?, null, ?)",
            [receipt_id, requested_at, now, run_id],
        )
        folders.append(target)
    return Accesses(tuple(folders), len(requests) - len(folders))
