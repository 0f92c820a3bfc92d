"""PostgreSQL: tables of the same columns, each brought up to date in one transaction.

Beside them stands `kindred_deliveries`: which version of each table was committed, by the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from psycopg import sql
from pydantic import Field

from dagster_project.lib.activation.delivery.targets import (
    Batch,
    Change,
    Collection,
    PermanentError,
    Rejection,
    TemporaryError,
)
from dagster_project.lib.activation.destinations.base import ROW_TABLES, Remote, Secrets
from dagster_project.lib.activation.destinations.postgres_statements import (
    STAGING,
    TableStatements,
    as_text,
)

_NUL = "\x00"
_MOST_REFUSED = 1_000
"""More than so many refused rows are no matter of rows, and finding each would take hours."""


class PostgresDestination(Remote):
    """Tables of a PostgreSQL database."""

    kind: Literal["postgres"] = Field(description="A PostgreSQL database.")
    url: str = Field(
        description="Where it is, as libpq takes it; `${NAME}` takes a part from the environment.",
        examples=["${POSTGRES_URL}", "postgresql://kindred:${PASSWORD}@db.example.org/shop"],
    )
    into: str = Field(
        default="kindred", pattern=r"^\w+$", description="The schema of the tables; made where it is not."
    )
    tables: list[str] = Field(
        default=ROW_TABLES, min_length=1, description="Published tables, as schema.table."
    )


class PostgresTarget:
    """A connection to the database, for one table."""

    batch_rows: int | None = None
    keeps_versions = True

    def __init__(
        self, connect: Callable[[], psycopg.Connection], collection: Collection, schema: str
    ) -> None:
        self._connect = connect
        self._open: psycopg.Connection | None = None
        self._collection = collection
        self._statements = TableStatements(collection, schema)
        self._version = 0

    def read_version(self, collection: Collection) -> int | None:
        """The version that the last committed delivery of the table left; None where table or note are gone."""
        statements = self._statements
        with _telling(), self._connection.transaction():
            for table in (statements.versions, statements.table):
                found = self._connection.execute(
                    "select to_regclass(%s)", [table.as_string(self._connection)]
                ).fetchone()
                if found == (None,):
                    return None
            found = self._connection.execute(
                sql.SQL("select version from {} where collection = %s").format(statements.versions),
                [collection.name],
            ).fetchone()
        return found[0] if found else None

    def prepare(self, collection: Collection, version: int) -> None:
        """Make the table where there is none, and the columns that it lacks.

        What is there already is left alone: making it again would take locks and rights. PermanentError where a column
        has another type than it would get now, since values would be rounded without a word.
        """
        self._version = version
        with _telling(), self._connection.transaction():
            found = self._connection.execute(self._statements.find_columns()).fetchall()
            there = {name: kind for name, kind in found if name}
            for statement in self._statements.create(there, has_schema=bool(found)):
                self._connection.execute(statement)

    @property
    def _connection(self) -> psycopg.Connection:
        """The connection, opened anew where it broke."""
        if self._open is None or self._open.closed:
            self._open = self._connect()
        return self._open

    def close(self) -> None:
        """Give the connection back."""
        if self._open is not None:
            self._open.close()

    def find_missing(self, keys: Iterable[str]) -> Iterable[str]:
        """None: what was committed stays."""
        return ()

    def apply(self, batch: Batch) -> list[Rejection]:
        """Write, remove and note the version, all or nothing; rows that a type or constraint refuses stay out."""
        with _telling(), self._connection.transaction():
            keys, rejections = self._stage(batch)
            upsert = self._statements.upsert()
            for number, error in self._write(upsert, 0, len(keys)):
                rejections.append(Rejection(keys[number], _describe(error)))
                if len(rejections) > _MOST_REFUSED:
                    raise PermanentError(
                        f"more than {_MOST_REFUSED} rows are refused, such as: {_describe(error)}"
                    )
            self._connection.execute(self._statements.remove())
            self._connection.execute(self._statements.note_version(), [self._collection.name, self._version])
            self._connection.execute(sql.SQL("drop table {}").format(STAGING))
        return rejections

    def finish(self) -> None:
        """Nothing: the transaction has shown it."""

    def forget(self, batch: Batch) -> None:
        """Nothing: the transaction has removed them."""

    def _stage(self, batch: Batch) -> tuple[list[str], list[Rejection]]:
        """Copy the batch into the staging table; returns the key of each row there, and rows that no text can hold."""
        keys: list[str] = []
        rejections = []
        self._connection.execute(self._statements.stage())
        with self._connection.cursor().copy(sql.SQL("copy {} from stdin").format(STAGING)) as copy:
            for change in batch:
                values = self._values_of(change)
                if any(isinstance(value, str) and _NUL in value for value in values):
                    rejections.append(Rejection(change.key, "a text holds a NUL character"))
                    continue
                copy.write_row([len(keys), change.is_removal, *map(as_text, values)])
                keys.append(change.key)
        return keys, rejections

    def _values_of(self, change: Change) -> list[Any]:
        if change.values is not None:
            return list(change.values)
        key = dict(zip(self._collection.key, json.loads(change.key), strict=True))
        return [key.get(column.name) for column in self._collection.columns]

    def _write(self, upsert: sql.Composed, begin: int, end: int) -> Iterator[tuple[int, psycopg.Error]]:
        """Write staged rows from one number up to before another; yields those that the table refuses.

        Where some of many are refused the halves are tried: one row costs a few statements and not the batch.
        """
        try:
            with self._connection.transaction():
                self._connection.execute(upsert, [begin, end])
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if end - begin == 1:
                yield begin, error
                return
            self._connection.execute(self._statements.index())
            middle = (begin + end) // 2
            yield from self._write(upsert, begin, middle)
            yield from self._write(upsert, middle, end)


@contextmanager
def connect(
    destination: PostgresDestination, collection: Collection, secrets: Secrets
) -> Iterator[PostgresTarget]:
    """A target for one table of the database that the destination names."""
    url = secrets.fill(destination.url)
    seconds = max(2, int(destination.timeout_seconds))

    def open_connection() -> psycopg.Connection:
        connection = psycopg.connect(
            url, connect_timeout=seconds, autocommit=True, application_name="kindred",
            keepalives_idle=seconds, tcp_user_timeout=seconds * 1000,
        )  # fmt: skip
        connection.execute(sql.SQL("set lock_timeout = {}").format(sql.Literal(seconds * 1000)))
        return connection

    target = PostgresTarget(open_connection, collection, destination.into)
    try:
        yield target
    finally:
        target.close()


@contextmanager
def _telling() -> Iterator[None]:
    """Say of each of the driver's errors whether trying again may help; its text may hold what was sent."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise TemporaryError(f"PostgreSQL does not answer ({_describe(error)})") from error
    except psycopg.Error as error:
        raise PermanentError(f"PostgreSQL refuses ({_describe(error)})") from error


def _describe(error: psycopg.Error) -> str:
    """What it is by its kind, with the names of column and constraint, and without a value."""
    about = [error.diag.constraint_name, error.diag.column_name, error.diag.table_name]
    named = next((name for name in about if name), None)
    return f"{error.sqlstate or ''} {type(error).__name__}".strip() + (f" of {named}" if named else "")
