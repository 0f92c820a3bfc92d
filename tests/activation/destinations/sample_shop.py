"""The sample's published night with a landing of its own, whose customers are listed for other tools."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.lib.activation.delivery.engine import Delivery
from dagster_project.lib.activation.destinations.audiences import AudienceDestination, LayoutName
from dagster_project.lib.activation.newest import Denials
from dagster_project.lib.mailing import Place
from dagster_project.lib.newest_facts import read_newest_denials
from dagster_project.lib.serving import Server

MORNING = datetime(2026, 7, 1, 9)
"""After the sample's night."""


@dataclass
class Shop:
    """A data folder with the sample's snapshot, to whose landing a test adds."""

    data_dir: Path

    @property
    def current(self) -> Path:
        return self.data_dir / "published" / "current"

    @property
    def database(self) -> Path:
        return self.current / "kindred.duckdb"

    @property
    def config_dir(self) -> Path:
        return self.data_dir / "config"

    def ask(self, query: str, *values: object) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query, list(values)).fetchall()

    def land(self, feed: str, *lines: str) -> Path:
        path = self.data_dir / "landing" / feed / "since_the_night.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    def send(self, layout: LayoutName) -> list[Delivery]:
        place = Place(
            self.current,
            self.data_dir / "landing",
            self.config_dir,
            self.data_dir / "warehouse" / "deliveries.duckdb",
        )
        destination = AudienceDestination(name=layout, kind="audience", layout=layout, folder=layout)
        return Server(place, self.data_dir, {}, "now").serve(destination, lambda: MORNING)

    def listed(self, layout: str) -> set[str]:
        """Who is in any of the layout's files, as the first column says it."""
        return {row[0] for path in (self.data_dir / layout).glob("*.csv") for row in csv.reader(path.open())}

    def read_denials(self) -> Denials:
        return read_newest_denials(self.current, self.data_dir / "landing", self.config_dir, MORNING)

    def change(self, statement: str, *values: object) -> None:
        """Let the snapshot be another."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(statement, list(values))

    @classmethod
    def open(cls, data_dir: Path, snapshot: Path, landing: Path) -> Shop:
        """One with copies of these."""
        shop = cls(data_dir)
        shop.current.parent.mkdir()
        shutil.copytree(landing, data_dir / "landing")
        shutil.copytree(
            snapshot, shop.current, ignore=shutil.ignore_patterns("parquet", "report", "analyst*")
        )
        return shop
