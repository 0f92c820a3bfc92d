"""What was sent, in a file that outlives warehouses: `sent_messages` of deliveries.duckdb, one row a message.

A row is on the disk before the server hears of the message. One that was left at `sending` by a kill may have arrived
or not; it counts as sent, since twice is worse than never. The file is open for moments only, so that a night can read
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb
from filelock import FileLock, Timeout
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random

from dagster_project.lib.activation.mail.due import DueMessage, Key
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import transaction

Status = Literal["sending", "sent", "failed", "deferred"]
"""sending: nobody knows; failed: refused for good; deferred: refused for now, and still due."""
TABLE = "operations.sent_messages"
"""Where the models of a night read it."""
_OPEN_SECONDS = 30
_MAKE = """
    create table if not exists sent_messages (
        message_id varchar, campaign varchar, step integer, template varchar, variant_id varchar, customer_id varchar,
        began_at timestamp, sent_at timestamp, status varchar, smtp_code integer, destination varchar, as_of timestamp
    )
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

    def read(self) -> list[SentMessage]:
        """Every message of which a server heard, in the order in which they went."""
        if not self._path.exists():
            return []
        with _opened(self._path) as connection:
            rows = connection.execute(
                "select campaign, step, customer_id, began_at, status, sent_at, as_of"
                " from sent_messages order by sent_at"
            ).fetchall()
        return [SentMessage(row[:4], *row[4:]) for row in rows]

    def begin(self, message: DueMessage, destination: str, as_of: datetime, now: datetime) -> None:
        """Note that the server is about to hear of a message."""
        values = [
            message.message_id, message.campaign, message.step, message.template, message.variant_id,
            message.customer_id, message.began_at, now, "sending", None, destination, as_of,
        ]  # fmt: skip
        with _opened(self._path) as connection, transaction(connection):
            connection.execute("delete from sent_messages where message_id = ?", [message.message_id])
            connection.execute(f"insert into sent_messages values ({', '.join('?' * len(values))})", values)

    def end(self, message: DueMessage, status: Status, code: int | None) -> None:
        """Note what became of it, with the server's code; its words may quote an address and are not kept."""
        with _opened(self._path) as connection:
            connection.execute(
                "update sent_messages set status = ?, smtp_code = ? where message_id = ?",
                [status, code, message.message_id],
            )


def write_sent_messages(connection: duckdb.DuckDBPyConnection, deliveries: Path) -> int:
    """Make the warehouse's table say what the file says; returns its rows. Nothing was sent where there is no file."""
    sent = None
    if deliveries.exists():
        with _opened(deliveries) as opened:
            sent = opened.execute(
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
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        connection = _open(path)
    except duckdb.IOException:
        raise KindredError(
            f"{path} cannot be opened", "end the program that holds it, then start again"
        ) from None
    with connection:
        yield connection


@retry(
    retry=retry_if_exception_type(duckdb.IOException),
    stop=stop_after_delay(_OPEN_SECONDS),
    wait=wait_random(0.05, 0.3),
    reraise=True,
)
def _open(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path))
    path.chmod(0o600)
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(_MAKE)
    return connection
