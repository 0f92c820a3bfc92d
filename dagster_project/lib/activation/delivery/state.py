"""What each destination holds, as far as it has confirmed: a database of its own beside the warehouse.

Before a row is sent its digest is taken back, and it is written again once the destination has confirmed. Whatever ends
a delivery in between, a kill or a lost answer, leaves rows of unknown content, and those are sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.activation.delivery.targets import Rejection
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.common.warehouse import transaction

_ROWS_AT_ONCE = 10_000
_TABLES = """
create table if not exists deliveries.holdings (
    destination varchar, collection varchar, key varchar, digest ubigint
);
create table if not exists deliveries.confirmations (
    destination varchar, collection varchar, key varchar, digest ubigint, is_removed boolean
);
create table if not exists deliveries.removals (
    destination varchar, collection varchar, key varchar, version bigint
);
create table if not exists deliveries.state (id uuid);
insert into deliveries.state select uuid() where not exists (from deliveries.state);
create table if not exists deliveries.versions (destination varchar, collection varchar, version bigint, tried bigint);
create table if not exists deliveries.rejections (
    destination varchar, collection varchar, key varchar, reason varchar, attempts integer,
    first_failed_at timestamp, failed_at timestamp
);
create table if not exists deliveries.delivery_log (
    destination varchar, table_name varchar, added bigint, changed bigint, removed bigint, failed bigint,
    status varchar, reason varchar, started_at timestamp, finished_at timestamp, run_id varchar
);
"""


_KEPT_VERSIONS = 30
"""So many deliveries back a destination may be restored, and what was removed since is removed again."""


@contextmanager
def open_state(
    deliveries: Path, published: Path | None = None, *, is_copy: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the state attached as `deliveries` and, if asked for, a snapshot as the default database.

    deliveries: the state's file, made where there is none. published: the snapshot's kindred.duckdb, opened read-only.
    is_copy: attach a copy in memory, which may be changed without consequence. KindredError where another process is
    delivering, or where the file is no state.
    """
    deliveries.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set temp_directory = {quote_literal(deliveries.with_suffix('.tmp'))}")
        if is_copy:
            connection.execute("attach ':memory:' as deliveries")
            if deliveries.exists():
                _attach(connection, deliveries, "kept (read_only)")
                connection.execute("copy from database kept to deliveries")
                connection.execute("detach kept")
        else:
            _attach(connection, deliveries, "deliveries")
            deliveries.chmod(0o600)
        make_tables(connection)
        if published is not None:
            connection.execute(f"attach {quote_literal(published)} as published (read_only)")
            connection.execute("use published")
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, deliveries: Path, name: str) -> None:
    try:
        connection.execute(f"attach {quote_literal(deliveries)} as {name}")
    except duckdb.Error as error:
        raise KindredError(
            f"{deliveries} cannot be opened ({str(error).splitlines()[0].rstrip('.')})",
            "wait until the delivery under way has ended, or restore the file",
        ) from error


def make_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of the state in the attached database `deliveries`, where they are not there yet."""
    connection.execute(_TABLES)


_THIS = "destination = $destination and collection = $collection"


@dataclass(frozen=True)
class Holdings:
    """What one destination holds of one collection."""

    connection: duckdb.DuckDBPyConnection
    destination: str
    collection: str

    def execute(self, query: str, **values: object) -> duckdb.DuckDBPyConnection:
        """Run a statement in which $destination and $collection stand for these."""
        named = {"destination": self.destination, "collection": self.collection, **values}
        return self.connection.execute(
            query, {name: value for name, value in named.items() if f"${name}" in query}
        )

    def settle(self, version: int | None) -> None:
        """Take confirmed changes over into the holdings; what was refused before and is taken now is forgiven.

        version: which they belong to.
        """
        if not self.count_confirmed():
            return
        confirmed = f"(select * from deliveries.confirmations where {_THIS})"
        with transaction(self.connection):
            self.execute(f"""
                update deliveries.holdings as held set digest = confirmed.digest from {confirmed} as confirmed
                where held.destination = confirmed.destination and held.collection = confirmed.collection
                    and held.key = confirmed.key
            """)
            self.execute(
                f"""
                insert into deliveries.removals
                select destination, collection, key, $version from {confirmed} where is_removed
                """,
                version=version,
            )
            self.execute(
                f"delete from deliveries.removals where {_THIS} and version < $oldest",
                oldest=(version or 0) - _KEPT_VERSIONS,
            )
            self.execute(f"""
                delete from deliveries.holdings
                where {_THIS} and key in (select key from {confirmed} where is_removed)
            """)
            self.execute(
                f"delete from deliveries.rejections where {_THIS} and key in (select key from {confirmed})"
            )
            self.execute(f"delete from deliveries.confirmations where {_THIS}")

    def disbelieve(self) -> None:
        """Drop confirmations of a delivery that was never shown; its rows stay of unknown content."""
        self.execute(f"delete from deliveries.confirmations where {_THIS}")

    def count_confirmed(self) -> int:
        """Changes that were confirmed and not settled yet."""
        found = self.execute(f"select count(*) from deliveries.confirmations where {_THIS}").fetchone()
        return found[0] if found else 0

    def doubt_all(self) -> None:
        """Take back what is known of every row: they are Kindred's still, and their content is unknown.

        What was removed lately may be there again, where the destination was restored.
        """
        self.execute(f"update deliveries.holdings set digest = null where {_THIS}")
        self.execute(f"""
            insert into deliveries.holdings
            select distinct destination, collection, key, null::ubigint from deliveries.removals
            where {_THIS} and key not in (select key from deliveries.holdings where {_THIS})
        """)

    def doubt(self, keys: Sequence[str]) -> None:
        """Take back what is known of these rows."""
        self.execute(
            f"update deliveries.holdings set digest = null where {_THIS} and key in (select unnest($keys))",
            keys=list(keys),
        )

    def keys(self) -> Iterator[str]:
        """The keys of rows whose content is known."""
        with self.connection.cursor() as reader:
            found = reader.execute(
                f"select key from deliveries.holdings where {_THIS} and digest is not null",
                {"destination": self.destination, "collection": self.collection},
            )
            while rows := found.fetchmany(_ROWS_AT_ONCE):
                yield from (key for (key,) in rows)

    def read_versions(self) -> tuple[int | None, int | None]:
        """The version that was confirmed last, and the one that was tried last."""
        found = self.execute(f"select version, tried from deliveries.versions where {_THIS}").fetchone()
        return found or (None, None)

    def note_versions(self, version: int | None, tried: int) -> None:
        """Remember which version stands confirmed and which is being tried."""
        with transaction(self.connection):
            self.execute(f"delete from deliveries.versions where {_THIS}")
            self.execute(
                "insert into deliveries.versions values ($destination, $collection, $version, $tried)",
                version=version,
                tried=tried,
            )

    def note_rejections(self, rejections: Sequence[Rejection], at: datetime) -> None:
        """Keep what was refused and why, since when and how often."""
        with transaction(self.connection):
            self.execute(
                f"""
                insert into deliveries.rejections
                select $destination, $collection, refused.key, refused.reason, 1 + coalesce(before.attempts, 0),
                    coalesce(before.first_failed_at, $at), $at
                from (select unnest($keys) as key, unnest($reasons) as reason) as refused
                left join (select * from deliveries.rejections where {_THIS}) as before on refused.key = before.key
                """,
                keys=[rejection.key for rejection in rejections],
                reasons=[rejection.reason for rejection in rejections],
                at=at,
            )
            self.execute(
                f"""
                delete from deliveries.rejections
                where {_THIS} and failed_at < $at and key in (select unnest($keys))
                """,
                keys=[rejection.key for rejection in rejections],
                at=at,
            )
