"""A shop on a temporary disk: write exports, run their ingestion, look at what became of them."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
import zstandard

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.bookkeeping.outcome import FeedOutcome
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables

pytest.register_assert_rewrite("faults")
NOW = datetime(2026, 6, 1, 2, 0, 0)


@dataclass
class Shop:
    """Landing, config and warehouse of one test."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    nights: int = field(default=0)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file below landing, compressed as its extension says."""
        target = self.landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        if target.suffix == ".gz":
            data = gzip.compress(data, mtime=0)
        elif target.suffix == ".zst":
            data = zstandard.compress(data)
        target.write_bytes(data)
        return target

    def contract(self, feed: str, text: str) -> None:
        """Write a contract of the user's."""
        path = self.folder / "config" / "contracts" / f"{feed}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def ingest(self, moving: Collection[Path] = ()) -> dict[str, FeedOutcome]:
        """One night's ingestion of every feed. moving: files that somebody is still writing."""
        self.nights += 1
        feeds = load_feeds(self.landing, self.folder / "config")
        arrival = Arrival(f"night {self.nights}", NOW)
        return {
            feed.folder: ingest_feed(self.connection, feed, self.landing, arrival, moving) for feed in feeds
        }

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def ledger(self) -> dict[str, tuple[Any, ...]]:
        """File path -> status, rows in, loaded, rejected, of each file's newest entry."""
        return {
            path: tuple(rest)
            for path, *rest in self.rows("""
                select file_path, status, rows_in, rows_loaded, rows_rejected from quality.ingested_files
                order by file_id
            """)
        }


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with every table and no row, to be copied, since making one takes ten times as long."""
    database = tmp_path_factory.mktemp("empty") / "kindred.duckdb"
    with warehouse.connect(database) as connection:
        create_tables(connection)
    return database


@contextmanager
def _open_shop(folder: Path, empty_warehouse: Path) -> Iterator[Shop]:
    database = folder / "warehouse" / "kindred.duckdb"
    database.parent.mkdir()
    shutil.copy(empty_warehouse, database)
    (folder / "landing").mkdir()
    with warehouse.connect(database) as connection:
        yield Shop(folder, connection)


@pytest.fixture
def shop(tmp_path: Path, empty_warehouse: Path) -> Iterator[Shop]:
    """An empty shop."""
    with _open_shop(tmp_path, empty_warehouse) as opened:
        yield opened


@pytest.fixture(scope="session")
def new_shop(empty_warehouse: Path) -> Callable[[], AbstractContextManager[Shop]]:
    """As many empty shops as a property needs; each is a context manager."""

    @contextmanager
    def opened() -> Iterator[Shop]:
        with TemporaryDirectory() as folder, _open_shop(Path(folder), empty_warehouse) as shop:
            yield shop

    return opened
