"""What a destination lacks of a collection: rows added, changed and removed since what it confirmed last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dagster_project.lib.activation.delivery.holdings import Holdings
from dagster_project.lib.activation.delivery.targets import Batch, Change, Collection
from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.common.warehouse import transaction

_CHANGES = "memory.main.changes"
"""The difference, with the rows to send; made anew for each collection."""
_ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class Difference:
    """How many rows a delivery has to send.

    unchanged: rows of the source that the destination holds already. withdrawn: of the removed ones, those whose people
    said no.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    withdrawn: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return self.added + self.changed + self.removed == 0

    @property
    def source(self) -> int:
        """Rows of the source."""
        return self.added + self.changed + self.unchanged

    @property
    def held(self) -> int:
        """Rows at the destination, those of unknown content among them."""
        return self.changed + self.removed + self.unchanged


def compare(holdings: Holdings, collection: Collection, batch_rows: int | None) -> Difference:
    """Compare the source with what is held, and lay out the difference in batches.

    batch_rows: most rows of a batch, where additions come before removals and the two never share one; None for one
    batch of all. Rows are compared by a 64-bit hash of the columns that the collection watches.
    """
    columns = [quote_identifier(column.name) for column in collection.columns]
    watched = [
        quote_identifier(column.name)
        for column in collection.columns
        if column.name not in collection.unwatched
    ]
    layout = quote_literal(", ".join(f"{column.name} {column.type}" for column in collection.columns))
    key = ", ".join(map(quote_identifier, collection.key))
    is_removal = "source.kindred_key is null"
    place = (
        f"row_number() over (partition by {is_removal} order by coalesce(source.kindred_key, held.key)) - 1"
    )
    batch = f"({place}) // {batch_rows}" if batch_rows else "0"
    holdings.execute(f"""
        create or replace table {_CHANGES} as
        select coalesce(source.kindred_key, held.key) as kindred_key, {is_removal} and {bool(batch_rows)} as comes_last,
            {batch} as batch,
            case when {is_removal} then 'removed' when held.key is null then 'added' else 'changed' end as change,
            source.* exclude (kindred_key)
        from (
            select json_array({key})::varchar as kindred_key, hash({layout}, {", ".join(watched)}) as kindred_digest,
                {", ".join(columns)}
            from ({collection.query})
        ) as source
        full join (
            select key, digest from deliveries.holdings
            where destination = $destination and collection = $collection
        ) as held on source.kindred_key = held.key
        where source.kindred_key is null or held.key is null or source.kindred_digest is distinct from held.digest
    """)
    counted = holdings.execute(f"""
        select count(*) filter (change = 'added'), count(*) filter (change = 'changed'),
            count(*) filter (change = 'removed'),
            (select count(*) from {_CHANGES} where change = 'removed' and ({collection.withdrawn})), (
                select count(*) from deliveries.holdings
                where destination = $destination and collection = $collection
            )
        from {_CHANGES}
    """).fetchone()
    added, changed, removed, withdrawn, held = counted or (0, 0, 0, 0, 0)
    return Difference(added, changed, removed, held - removed - changed, withdrawn)


def keep_withdrawn(holdings: Holdings, collection: Collection) -> None:
    """Leave of the difference the removed rows of people who said no, and nothing else."""
    holdings.execute(f"""
        delete from {_CHANGES} where change <> 'removed' or not coalesce({collection.withdrawn}, false)
    """)


def list_removed(holdings: Holdings, most: int) -> list[str]:
    """The keys of the first rows that would be removed, as JSON arrays."""
    found = holdings.execute(
        f"select kindred_key from {_CHANGES} where change = 'removed' order by 1 limit {most}"
    )
    return [key for (key,) in found.fetchall()]


def take_back(holdings: Holdings) -> None:
    """Before the difference is sent: its rows are Kindred's from here on, and of unknown content."""
    with transaction(holdings.connection):
        holdings.execute(f"""
            update deliveries.holdings set digest = null
            where destination = $destination and collection = $collection
                and key in (select kindred_key from {_CHANGES})
        """)
        holdings.execute(f"""
            insert into deliveries.holdings
            select $destination, $collection, kindred_key, null from {_CHANGES} where change = 'added'
        """)


@dataclass(frozen=True)
class LaidOutBatch:
    """A batch, and what confirms it."""

    holdings: Holdings
    number: int
    comes_last: bool
    batch: Batch

    def confirm(self, rejected: list[str]) -> None:
        """Note as held, or as gone, what the destination took of it."""
        self.holdings.execute(
            f"""
            insert into deliveries.confirmations
            select $destination, $collection, kindred_key, kindred_digest, change = 'removed'
            from {_CHANGES}
            where batch = $batch and comes_last = $comes_last and kindred_key not in (select unnest($rejected))
            """,
            batch=self.number,
            comes_last=self.comes_last,
            rejected=rejected,
        )


def batches(holdings: Holdings, collection: Collection, version: int) -> Iterator[LaidOutBatch]:
    """The batches of the difference, in the order in which they are sent, all of them parts of this version."""
    laid_out = holdings.execute(
        f"""
        select comes_last, batch, count(*),
            md5(concat_ws('|', (select id from deliveries.state), $destination, $collection, $version,
                comes_last, batch))
        from {_CHANGES} group by 1, 2 order by 1, 2
        """,
        version=version,
    ).fetchall()
    columns = ", ".join(quote_identifier(column.name) for column in collection.columns)

    def read(comes_last: bool, number: int) -> Iterator[Change]:
        with holdings.connection.cursor() as reader:
            found = reader.execute(
                f"""
                select kindred_key, change = 'removed', {columns} from {_CHANGES}
                where batch = ? and comes_last = ? order by kindred_key
                """,
                [number, comes_last],
            )
            while rows := found.fetchmany(_ROWS_AT_ONCE):
                for key, is_removal, *values in rows:
                    yield Change(key, None if is_removal else tuple(values))

    for comes_last, number, rows, idempotency_key in laid_out:
        batch = Batch(idempotency_key, rows, lambda last=comes_last, at=number: read(last, at))
        yield LaidOutBatch(holdings, number, comes_last, batch)
