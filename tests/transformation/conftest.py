"""A shop whose nights take in what changed: deliver files, run ingestion and the models of the facts, look at them.

Belongs here: the night by the project's own parts, and the same warehouse made anew to hold it against.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.config_tables import load_config_tables, write_config_tables
from dagster_project.lib.ingestion.bookkeeping.late_arrivals import judge_late_rows
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.transformation.dbt_project.build import build
from dagster_project.lib.transformation.increments import Increment, begin_build, finish_build

FACTS = ("fct_events", "fct_sessions", "fct_orders", "fct_order_lines", "customer_interests")
ARRIVED_AT = datetime(2026, 6, 1, 2)
Row = Mapping[str, object]


@dataclass
class NightlyShop:
    """Landing and warehouse of a shop that runs its nights one after the other."""

    folder: Path
    models: Sequence[str] = FACTS
    code: str = "code"
    """What stands for the code and the configuration: another makes everything anew."""

    @property
    def database(self) -> Path:
        return self.folder / "kindred.duckdb"

    def deliver(self, path: str, rows: Sequence[Row]) -> None:
        """Write a CSV below landing, over the one of that name if there is one."""
        target = self.folder / "landing" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, list(dict.fromkeys(name for row in rows for name in row)))
            writer.writeheader()
            writer.writerows(rows)

    def night(self, as_of: datetime) -> Increment:
        """Ingest what is new and build the facts; returns what the build had to take in."""
        self.ingest(as_of)
        return self.build()

    def ingest(self, as_of: datetime) -> None:
        """Take in what is new, as all models find it."""
        landing = self.folder / "landing"
        with warehouse.connect(self.database) as connection:
            create_tables(connection)
            for feed in load_feeds(landing, self.folder):
                ingest_feed(connection, feed, landing, Arrival("run", ARRIVED_AT))
            judge_late_rows(connection)
            write_config_tables(connection, load_config_tables(self.folder))
            warehouse.begin_night(connection, "run", as_of, ARRIVED_AT)

    def build(self) -> Increment:
        """Build the facts of what is in raw."""
        with warehouse.connect(self.database) as connection:
            increment = begin_build(connection, self.code)
        models = [f"+{model}" for model in self.models]
        results = list(build(self.database, models, is_full=increment.is_full, with_tests=False))
        broken = {result.name: result.message for result in results if result.status != "success"}
        assert not broken, broken
        with warehouse.connect(self.database) as connection:
            finish_build(connection, increment)
        return increment

    def ask(self, query: str) -> list[tuple]:
        with warehouse.connect(self.database) as connection:
            return connection.execute(query).fetchall()

    def made_anew(self) -> NightlyShop:
        """The same raw rows and instant in a warehouse of their own, with every table built from nothing."""
        other = NightlyShop(self.folder / "anew", self.models)
        shutil.rmtree(other.folder, ignore_errors=True)
        other.folder.mkdir()
        with warehouse.connect(self.database) as connection:
            connection.execute("checkpoint")
        shutil.copy(self.database, other.database)
        with duckdb.connect(str(other.database)) as connection:
            for schema in ("marts", "intermediate", "staging"):
                connection.execute(f"drop schema if exists {schema} cascade")
            connection.execute("drop table operations.finished_build")
        assert other.build().is_full
        return other

    def facts(self) -> dict[str, list[tuple]]:
        """Every row of what it builds, by default the four facts, in order."""
        return {model: self.ask(f"select * from marts.{model} order by all") for model in self.models}


@pytest.fixture
def nightly_shop(tmp_path: Path) -> NightlyShop:
    """An empty shop."""
    return NightlyShop(tmp_path)


@pytest.fixture(scope="session")
def new_nightly_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """As many empty shops as a property needs, which build the facts or the models that they are given."""
    yield lambda models=FACTS: NightlyShop(tmp_path_factory.mktemp("nightly"), models)
