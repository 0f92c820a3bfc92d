"""What was sent, in a file that outlives warehouses: `sent_messages` of deliveries.duckdb, one row a message.

A row is on the disk before the server hears of the message. One that was left at `sending` by a kill may have arrived
or not; it counts as sent, since twice is worse than never. The file is open for moments only, so that a night can read
it; the database that it is attached to stays, since to start one takes three times as long as to write a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import duckdb
from filelock import FileLock, Timeout

from dagster_project.lib.activation.mail.due import DueMessage, Key
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import attach_once_free, create, transaction

Status = Literal["sending", "sent", "failed", "deferred"]
"""sending: nobody knows; failed: refused for good; deferred: refused for now, and still due."""
TABLE = "operations.sent_messages"
"""Where the models of a night read it."""
_OPEN_SECONDS = 1_200
"""A delivery of rows has the file for as long as it takes."""
_MAKE = """
    create table if not exists sent_messages (
        message_id varchar, campaign varchar, step integer, template varchar, variant_id varchar, customer_id varchar,
        began_at timestamp, sent_at timestamp, status varchar, smtp_code integer, destination varchar, as_of timestamp
    );
    create unique index if not exists sent_messages_by_id on sent_messages (message_id)
"""
_WRITTEN = "message_id, campaign, step, template, variant_id, customer_id, began_at, sent_at, status"


@dataclass(frozen=True)
class SentMessage:
    """What became of a message. Times are UTC, naive."""

    key: Key
    """With the customer's id of that time."""
    status: Status
    sent_at: datetime
    as_of: datetime
    """The instant of the night that called it due."""


class SentMessages:
    """The table, for one program at a time that sends."""

    def __init__(self, path: Path) -> None:
        """path: the file, which need not exist."""
        self._path = path

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only one who sends. KindredError where another program does."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(self._path.with_name("sending.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise KindredError("another program is sending messages", "wait for it to end") from None
        try:
            yield
        finally:
            lock.release()

    def read(self, customers: Sequence[str]) -> list[SentMessage]:
        """What a server heard of that was for these customers, in the order in which it went."""
        rows = self._ask(
            "select campaign, step, customer_id, began_at, status, sent_at, as_of from sent_messages"
            " where customer_id in (select unnest(?::varchar[])) order by sent_at",
            list(customers),
        )
        return [SentMessage(row[:4], *row[4:]) for row in rows]

    def read_newest_night(self) -> datetime | None:
        """The instant of the newest night that called a message due of which a server heard (UTC, naive)."""
        rows = self._ask("select max(as_of) from sent_messages")
        return rows[0][0] if rows else None

    def count_refused_in_a_row(self) -> int:
        """How many messages were refused for good, or may have been lost, since a server took one."""
        rows = self._ask("""
            select count(*) from sent_messages where status in ('failed', 'sending') and sent_at > coalesce(
                (select max(sent_at) from sent_messages where status = 'sent'), '-infinity'::timestamp)
        """)
        return rows[0][0] if rows else 0

    def note(
        self,
        message: DueMessage,
        status: Status,
        code: int | None,
        *,
        destination: str,
        as_of: datetime,
        at: datetime,
    ) -> None:
        """Write down what becomes of a message, in place of what was written before.

        code: the server's; its words may quote an address and are not kept. as_of: of the night that called it due.
        at: when it goes. Times are UTC, naive.
        """
        values = [
            message.message_id, message.campaign, message.step, message.template, message.variant_id,
            message.customer_id, message.began_at, at, status, code, destination, as_of,
        ]  # fmt: skip
        with _attached(self._database, self._path):
            self._database.execute(
                f"insert or replace into sent_messages values ({', '.join('?' * len(values))})", values
            )

    def _ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows; none where there is no file."""
        if not self._path.exists():
            return []
        with _attached(self._database, self._path):
            return self._database.execute(query, list(values)).fetchall()


def write_sent_messages(connection: duckdb.DuckDBPyConnection, deliveries: Path) -> int:
    """Make the warehouse's table say what the file says; returns its rows. Nothing was sent where there is no file."""
    sent = None
    if deliveries.exists():
        with duckdb.connect() as database, _attached(database, deliveries):
            sent = database.execute(
                f"select {_WRITTEN} from sent_messages where status <> 'deferred' order by sent_at, message_id"
            ).df()
    with transaction(connection):
        connection.execute(f"delete from {TABLE}")
        if sent is not None:
            connection.register("sent_rows", sent)
            connection.execute(f"insert into {TABLE} ({_WRITTEN}) select {_WRITTEN} from sent_rows")
            connection.unregister("sent_rows")
    return 0 if sent is None else len(sent)


@contextmanager
def _attached(database: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Have the file as the default database, and give it back whole."""
    create(path)
    try:
        attach_once_free(database, path, "kept", seconds=_OPEN_SECONDS)
    except duckdb.IOException:
        raise KindredError(
            f"{path} cannot be opened", "end the program that holds it, then start again"
        ) from None
    try:
        path.chmod(0o600)
        database.execute("set TimeZone = 'UTC'")
        database.execute("use kept")
        database.execute(_MAKE)
        yield
    finally:
        database.execute("use memory")
        database.execute("detach kept")
