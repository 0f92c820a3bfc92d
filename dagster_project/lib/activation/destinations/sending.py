"""Bringing one destination up to date with the published snapshot, whatever its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from traceback import extract_tb

import duckdb

from dagster_project.lib.activation.delivery.engine import COUNTS, Delivery, deliver
from dagster_project.lib.activation.delivery.holdings import Holdings
from dagster_project.lib.activation.delivery.log import write_log
from dagster_project.lib.activation.delivery.state import open_state
from dagster_project.lib.activation.delivery.targets import Collection, PermanentError, Target
from dagster_project.lib.activation.destinations import postgres_tables, redis_documents, webhook
from dagster_project.lib.activation.destinations.audiences import AudienceDestination, audience_files
from dagster_project.lib.activation.destinations.base import Named, Secrets
from dagster_project.lib.activation.destinations.files import (
    FileContent,
    FilesDestination,
    open_folder,
    table_file,
    write_files,
)
from dagster_project.lib.activation.destinations.outgoing import CORRECTED, show
from dagster_project.lib.activation.destinations.postgres_tables import PostgresDestination
from dagster_project.lib.activation.destinations.redis_collection import documents
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination
from dagster_project.lib.activation.destinations.tables import Manifest, collection_of, expect_published
from dagster_project.lib.activation.destinations.webhook import WebhookDestination
from dagster_project.lib.activation.newest import Denials
from dagster_project.lib.activation.published import read_manifest
from dagster_project.lib.common.disk_space import is_disk_full
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import count_of

RowsDestination = RedisDestination | PostgresDestination | WebhookDestination
TableDestination = RowsDestination | FilesDestination | AudienceDestination
CONSENTS = "consents"
"""How the log calls what has to be looked up before anything is sent."""


@dataclass(frozen=True)
class Snapshot:
    """What is sent, and where what was sent is remembered.

    current: `published/current`. deliveries: the state's file. data_dir: what relative folders are relative to.
    read_denials: looks up who said no since, given the folder of the snapshot; raises where it cannot.
    """

    current: Path
    deliveries: Path
    data_dir: Path
    secrets: Secrets
    read_denials: Callable[[Path], Denials]


def send(
    snapshot: Snapshot, destination: TableDestination, *, dry_run: bool = False, allow_removals: bool = False
) -> list[Delivery]:
    """Make the destination hold what it asks for; how each table or list went is returned and written to the log.

    Who said no since the night is looked up before; where that cannot be known, it has failed and nothing is sent.
    dry_run: say what would be sent, and send and note nothing. allow_removals: remove rows even where that empties the
    destination. KindredError where nothing is published; what else goes wrong is told by the status.
    """
    folder = snapshot.current.resolve()
    manifest = read_manifest(folder)
    started_at = datetime.now(UTC).replace(tzinfo=None)
    with open_state(snapshot.deliveries, folder / "kindred.duckdb", is_copy=dry_run) as connection:
        unknown = _attempt(
            destination, CONSENTS, partial(_look_up, connection, snapshot, destination, folder)
        )
        if unknown:
            deliveries = unknown
        elif isinstance(destination, FilesDestination | AudienceDestination):
            deliveries = _send_files(connection, snapshot, destination, manifest, dry_run=dry_run)
        else:
            how = {"dry_run": dry_run, "allow_removals": allow_removals}
            deliveries = _send_rows(connection, snapshot.secrets, destination, manifest, how)
        if not dry_run:
            write_log(connection, deliveries, manifest["run_id"], started_at)
    return deliveries


def _look_up(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, destination: TableDestination, folder: Path
) -> list[Delivery]:
    """Let tables be what is sent of them; nothing was delivered by that."""
    is_asked = isinstance(
        destination, AudienceDestination | RedisDestination
    ) or not CORRECTED.keys().isdisjoint(destination.tables)
    show(connection, snapshot.read_denials(folder) if is_asked else {})
    return []


def _send_files(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    destination: FilesDestination | AudienceDestination,
    manifest: Manifest,
    *,
    dry_run: bool,
) -> list[Delivery]:
    def write(files: Sequence[FileContent], *, is_whole: bool) -> list[Delivery]:
        root = open_folder(destination.folder, destination.storage, snapshot.data_dir, snapshot.secrets)
        return write_files(connection, destination, root, files, dry_run=dry_run, is_whole=is_whole)

    if isinstance(destination, AudienceDestination):
        return _attempt(
            destination, "lists", lambda: write(audience_files(connection, destination), is_whole=True)
        )

    def write_table(table: str) -> list[Delivery]:
        expect_published(manifest, table)
        return write([table_file(connection, destination, table, manifest)], is_whole=False)

    return [
        delivery
        for table in destination.tables
        for delivery in _attempt(destination, table, partial(write_table, table))
    ]


def _send_rows(
    connection: duckdb.DuckDBPyConnection,
    secrets: Secrets,
    destination: RowsDestination,
    manifest: Manifest,
    how: dict[str, bool],
) -> list[Delivery]:
    def send_collection(name: str) -> list[Delivery]:
        collection = (
            documents(destination.products_a_list)
            if isinstance(destination, RedisDestination)
            else collection_of(connection, manifest, name)
        )
        holdings = Holdings(connection, destination.name, collection.name)
        with _connect(destination, collection, secrets) as target:
            return [deliver(holdings, collection, target, destination.policy, **how)]

    names = ["documents"] if isinstance(destination, RedisDestination) else destination.tables
    return [
        delivery for name in names for delivery in _attempt(destination, name, partial(send_collection, name))
    ]


def _attempt(destination: Named, name: str, work: Callable[[], list[Delivery]]) -> list[Delivery]:
    """Do it, or say that it failed: what one destination's client raises must not cost the others their turn."""
    try:
        return work()
    except Exception as error:
        return [Delivery(destination.name, name, 0, 0, 0, 0, "failed", reason_of(error))]


def reason_of(error: Exception) -> str:
    """What the log says of an error: its text where it is our own, and else no more than its type and place."""
    if isinstance(error, KindredError | PermanentError):
        return str(error)
    if is_disk_full(error):
        return f"a disk is full ({_place_of(error)})"
    # the text of a client's error may quote rows or secrets
    return f"{type(error).__name__} in {_place_of(error)}"


def _place_of(error: Exception) -> str:
    """The module and line of the last frame of our own."""
    frames = [frame for frame in extract_tb(error.__traceback__) if "dagster_project" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"


def _connect(
    destination: RowsDestination, collection: Collection, secrets: Secrets
) -> AbstractContextManager[Target]:
    if isinstance(destination, RedisDestination):
        return redis_documents.connect(destination, secrets)
    if isinstance(destination, PostgresDestination):
        return postgres_tables.connect(destination, collection, secrets)
    return webhook.connect(destination, collection, secrets)


def total(deliveries: Sequence[Delivery]) -> dict[str, int]:
    """Rows of all of them, by what became of them."""
    return {name: sum(delivery.counts[name] for delivery in deliveries) for name in COUNTS}


def summarize(deliveries: Sequence[Delivery]) -> str:
    """In a few words how a destination was served."""
    told = [f"{count:,} {name}" for name, count in total(deliveries).items() if count]
    return f"{count_of(len(deliveries), 'table')}, rows: {', '.join(told) or 'nothing changed'}"
