"""Bringing one destination up to date with the published snapshot, whatever its kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.activation.delivery.engine import Delivery, deliver
from dagster_project.lib.activation.delivery.log import write_log
from dagster_project.lib.activation.delivery.state import Holdings, open_state
from dagster_project.lib.activation.delivery.targets import Collection, PermanentError, Target
from dagster_project.lib.activation.destinations import postgres_tables, redis_documents, webhook
from dagster_project.lib.activation.destinations.audiences import AudienceDestination, audience_files
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.declared import Destination
from dagster_project.lib.activation.destinations.files import (
    FilesDestination,
    open_folder,
    table_files,
    write_files,
)
from dagster_project.lib.activation.destinations.postgres_tables import PostgresDestination
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination
from dagster_project.lib.activation.destinations.tables import collection_of, expect_published
from dagster_project.lib.activation.destinations.webhook import WebhookDestination
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import count_of


@dataclass(frozen=True)
class Snapshot:
    """What is sent, and where what was sent is remembered.

    current: `published/current`. deliveries: the state's file. data_dir: what relative folders are relative to.
    """

    current: Path
    deliveries: Path
    data_dir: Path
    secrets: Secrets


def send(
    snapshot: Snapshot, destination: Destination, *, dry_run: bool = False, allow_removals: bool = False
) -> list[Delivery]:
    """Make the destination hold what it asks for; how each table or list went is returned and written to the log.

    dry_run: say what would be sent, and send and note nothing. allow_removals: remove rows even where that empties the
    destination. KindredError where nothing is published; what else goes wrong is told by the status.
    """
    folder = snapshot.current.resolve()
    if not (folder / "manifest.json").exists():
        raise KindredError("nothing is published yet", "run `kindred nightly` first")
    manifest = json.loads((folder / "manifest.json").read_text())
    started_at = datetime.now(UTC).replace(tzinfo=None)
    with open_state(snapshot.deliveries, folder / "kindred.duckdb") as connection:
        if isinstance(destination, FilesDestination | AudienceDestination):
            deliveries = _send_files(connection, snapshot, destination, manifest, dry_run=dry_run)
        else:
            how = {"dry_run": dry_run, "allow_removals": allow_removals}
            deliveries = _send_rows(connection, snapshot.secrets, destination, manifest, how)
        if not dry_run:
            write_log(connection, deliveries, manifest["run_id"], started_at)
    return deliveries


def _send_files(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    destination: FilesDestination | AudienceDestination,
    manifest: dict[str, Any],
    *,
    dry_run: bool,
) -> list[Delivery]:
    failed: list[Delivery] = []
    if isinstance(destination, FilesDestination):
        tables = []
        for table in destination.tables:
            try:
                expect_published(manifest, table)
                tables.append(table)
            except PermanentError as error:
                failed.append(_fail(destination, table, error))
        files = table_files(destination, tables, manifest)
    else:
        files = audience_files(connection, destination)
    try:
        root = open_folder(destination.folder, destination.storage, snapshot.data_dir, snapshot.secrets)
        return failed + write_files(connection, destination, root, files, dry_run=dry_run)
    except PermanentError as error:
        return failed + [_fail(destination, file.source, error) for file in files]
    except OSError as error:
        told = PermanentError(f"the folder cannot be written ({type(error).__name__})")
        return failed + [_fail(destination, file.source, told) for file in files]


def _send_rows(
    connection: duckdb.DuckDBPyConnection,
    secrets: Secrets,
    destination: RedisDestination | PostgresDestination | WebhookDestination,
    manifest: dict[str, Any],
    how: dict[str, bool],
) -> list[Delivery]:
    names = ["documents"] if isinstance(destination, RedisDestination) else destination.tables
    deliveries = []
    for name in names:
        try:
            collection = (
                redis_documents.documents(destination)
                if isinstance(destination, RedisDestination)
                else collection_of(connection, manifest, name)
            )
            holdings = Holdings(connection, destination.name, collection.name)
            with _connect(destination, collection, secrets) as target:
                deliveries.append(deliver(holdings, collection, target, destination.policy, **how))
        except PermanentError as error:
            deliveries.append(_fail(destination, name, error))
    return deliveries


def _fail(destination: Destination, collection: str, error: PermanentError) -> Delivery:
    return Delivery(destination.name, collection, 0, 0, 0, 0, "failed", str(error))


def _connect(destination: Any, collection: Collection, secrets: Secrets) -> AbstractContextManager[Target]:
    if isinstance(destination, RedisDestination):
        return redis_documents.connect(destination, secrets)
    if isinstance(destination, PostgresDestination):
        return postgres_tables.connect(destination, collection, secrets)
    return webhook.connect(destination, collection, secrets)


def summarize(deliveries: Sequence[Delivery]) -> str:
    """In a few words how a destination was served."""
    counts = {
        name: sum(getattr(delivery, name) for delivery in deliveries)
        for name in ("added", "changed", "removed", "failed")
    }
    told = [f"{count:,} {name}" for name, count in counts.items() if count]
    return f"{count_of(len(deliveries), 'table')}, rows: {', '.join(told) or 'nothing changed'}"
