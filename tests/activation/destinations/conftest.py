"""Servers that run for these tests, and a snapshot small enough to change by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.sending import Snapshot
from dagster_project.lib.activation.newest import Denials
from dagster_project.lib.common.checksums import describe_table
from tests.activation.destinations.sample_shop import Shop
from tests.conftest import BuiltNight
from tests.servers import postgres_server, redis_server

CONSENTS = (
    "create table if not exists marts.customer_consents"
    " (customer_id varchar, purpose varchar, status varchar, is_default boolean, decided_at timestamp)"
)
"""What every snapshot has."""


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis that nobody else writes to."""
    try:
        with redis_server() as url:
            yield url
    except LookupError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL that nobody else writes to."""
    try:
        with postgres_server() as url:
            yield url
    except LookupError as error:
        pytest.skip(str(error))


@dataclass
class PublishedFolder:
    """A data folder with a snapshot, whose tables a test replaces."""

    folder: Path
    keys: dict[str, tuple[str, ...]]
    denials: Denials = field(default_factory=dict)
    """What is said since the night."""

    @property
    def current(self) -> Path:
        return self.folder / "published" / "current"

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(
            self.current,
            self.folder / "warehouse" / "deliveries.duckdb",
            self.folder,
            Secrets({}),
            lambda folder: self.denials,
        )

    def replace(self, table: str, query: str, as_of: str = "2026-07-01T01:00:00Z") -> None:
        """Publish another content of a table."""
        with duckdb.connect(str(self.current / "kindred.duckdb")) as connection:
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(f"create or replace table {table} as {query}")
            connection.execute(f"create schema if not exists marts; {CONSENTS}")
            described = {
                name: {**describe_table(connection, name), "key": list(key)}
                for name, key in self.keys.items()
            }
        manifest = {"run_id": "run", "as_of": as_of, "tables": described, "checksum_leaves_out": ["run_id"]}
        (self.current / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def new_snapshot(tmp_path: Path) -> Callable[[dict[str, tuple[str, tuple[str, ...]]]], PublishedFolder]:
    """A snapshot of tables: by name, the query that gives a table and the columns of its key."""

    def publish(tables: dict[str, tuple[str, tuple[str, ...]]]) -> PublishedFolder:
        (tmp_path / "published" / "current").mkdir(parents=True)
        published = PublishedFolder(tmp_path, {})
        for table, (query, key) in tables.items():
            published.keys[table] = key
            published.replace(table, query)
        return published

    return publish


@pytest.fixture
def shop(tmp_path: Path, sample_night: BuiltNight) -> Shop:
    return Shop.open(tmp_path, sample_night.snapshot, sample_night.data_dir / "landing")
