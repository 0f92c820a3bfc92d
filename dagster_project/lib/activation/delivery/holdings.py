"""What one destination holds of one collection, row by row: known content, unknown content, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from dagster_project.lib.activation.delivery.targets import Rejection
from dagster_project.lib.common.warehouse import transaction

_ROWS_AT_ONCE = 10_000
_KEPT_VERSIONS = 30
"""So many deliveries back a destination may be restored, and what was removed since is removed again."""
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
        if not keys:
            return
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
