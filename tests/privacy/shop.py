"""A shop in a folder whose nights only load and erase."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
from killing import NOW

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.bookkeeping.erasing import finish_rewriting
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables
from dagster_project.lib.privacy.erasure import erase

CUSTOMERS = "customer_id,email,phone,updated_at\n"
EVENTS = "event_id,occurred_at,visitor_id,event_name,user_id,email\n"


class Shop:
    """A shop in a folder whose nights only load and erase."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.landing = folder, folder / "landing"
        self.database = folder / "warehouse" / "kindred.duckdb"
        (folder / "published" / "snapshots" / "old").mkdir(parents=True)
        (folder / "published" / "snapshots" / "new").mkdir()
        (folder / "published" / "current").symlink_to("snapshots/new")

    def write(self, path: str, text: str) -> None:
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def ingest(self) -> int:
        with warehouse.connect(self.database) as connection:
            create_tables(connection)
            finish_rewriting(connection, self.landing)
            feeds = load_feeds(self.landing, self.folder / "config")
            arrival = Arrival("run", datetime(2026, 7, 1))
            return sum(ingest_feed(connection, feed, self.landing, arrival).files_loaded for feed in feeds)

    def erase(self):
        with warehouse.connect(self.database) as connection:
            feeds = load_feeds(self.landing, self.folder / "config")
            return erase(connection, self.folder / "warehouse", self.landing, feeds, NOW)

    def ask(self, query: str) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def holding(self, text: str) -> list[str]:
        """Files, and raw tables, that hold a text."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()]
        return sorted(path.name for path in files if text.encode() in path.read_bytes())


def fill(shop: Shop) -> None:
    shop.write(
        "crm/customers/a.csv",
        CUSTOMERS
        + "erin-1,erin@example.org,+43 660 1234567,2026-01-01\nother-1,otto@example.org,+43 660 7654321,2026-01-01\n"
        + ",erin@example.org,,2026-01-01\n",
    )
    shop.write(
        "clickstream/events/a.csv",
        EVENTS
        + "e1,2026-02-01 10:00,erin-browser,page_view,,\ne2,2026-02-01 10:01,erin-browser,login,erin-1,\n"
        + "e3,2026-02-01 10:02,otto-browser,login,other-1,\n",
    )
