"""All that is held of one person, gathered out of the warehouse as a night left it.

Belongs here: what an answer is made of, in which order. Who is meant is for access_person.py, where each part comes
from for access_exports.py and access_tables.py, how it is laid down for access_folders.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.privacy.access_exports import (
    collect_raw_identifiers,
    count_withheld,
    read_exported,
    read_refused,
    read_rows,
)
from dagster_project.lib.privacy.access_person import Identifier, collect_carriers, find_person
from dagster_project.lib.privacy.access_tables import read_destinations, read_purposes, read_tables

_IDENTIFIERS = """
select namespace, match_key, false as is_shared from own_identifiers
union all
select namespace, match_key, true from shared_identifiers
order by all
"""


@dataclass(frozen=True)
class Answer:
    """What is held of one person. exports, refused, tables: `schema.table` -> rows, each by column name.

    customer_ids: today's first, then those it was known by. withheld: `raw.<table>` -> rows that name the person by
    nothing but what somebody else uses as well, which are not shown.
    """

    written_at: datetime
    as_of: datetime
    run_id: str
    customer_ids: list[str]
    identifiers: list[dict[str, Any]]
    purposes: list[dict[str, Any]]
    destinations: list[dict[str, Any]]
    exports: dict[str, list[dict[str, Any]]]
    refused: dict[str, list[dict[str, Any]]]
    tables: dict[str, list[dict[str, Any]]]
    withheld: dict[str, int]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary tables that every answer reads, once for all. KindredError where no night has ended."""
    collect_carriers(connection)
    collect_raw_identifiers(connection)


def gather(
    connection: duckdb.DuckDBPyConnection, deliveries: Path, asked: Collection[Identifier], now: datetime
) -> Answer:
    """Everything that is held of who is named, and nothing of anybody else.

    connection: the warehouse, after `prepare`; only temporary tables are made. deliveries: the state of destinations.
    now: the clock, UTC. Raises NotOnePersonError where nobody or several customers are named.
    """
    customer = find_person(connection, asked)
    as_of, run_id = connection.execute("select as_of, run_id from operations.current_night").fetchone() or (
        now,
        "",
    )
    former = connection.execute("from own_customers where customer_id <> ? order by all", [customer])
    return Answer(
        written_at=now,
        as_of=as_of,
        run_id=run_id,
        customer_ids=[customer, *(name for (name,) in former.fetchall())],
        identifiers=read_rows(connection, _IDENTIFIERS),
        purposes=read_purposes(connection),
        destinations=read_destinations(connection, deliveries),
        exports=read_exported(connection),
        refused=read_refused(connection),
        tables=read_tables(connection),
        withheld=count_withheld(connection),
    )
