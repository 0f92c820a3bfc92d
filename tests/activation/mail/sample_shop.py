"""A data folder with the sample's night and the example's campaigns, whose mail goes to a mailbox."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.lib.activation.destinations.declared import load_destinations
from dagster_project.lib.activation.mail.result import MailResult
from dagster_project.lib.activation.newest import NewestFacts
from dagster_project.lib.mailing import Place, send_mail
from dagster_project.lib.newest_facts import read_newest_facts
from tests.activation.conftest import EXAMPLE, Campaigns
from tests.activation.mail.mailbox import Mailbox

MORNING = datetime(2026, 7, 1, 9)
"""After the sample's night, at an hour at which nobody there sleeps but in America."""
DUE = """
    select q.campaign, q.step, c.email, c.customer_id, b.subject, b.html, b.text
    from activation.campaign_queue as q join activation.content_blocks as b using (customer_id, template)
    join marts.dim_customers as c using (customer_id) where q.status = 'due'
"""


@dataclass
class Shop:
    """A data folder with a published night, and the example's config with the mailbox in the place of its server."""

    data_dir: Path
    mailbox: Mailbox

    @property
    def config_dir(self) -> Path:
        return self.data_dir.parent / "config"

    @property
    def deliveries(self) -> Path:
        return self.data_dir / "warehouse" / "deliveries.duckdb"

    def publish(self, night: Campaigns) -> None:
        ((as_of,),) = night.ask("select as_of from operations.current_night")
        current = self.data_dir / "published" / "current"
        current.mkdir(parents=True, exist_ok=True)
        shutil.copy(night.database, current / "kindred.duckdb")
        (current / "manifest.json").write_text(
            json.dumps({"as_of": f"{as_of.isoformat()}Z", "run_id": "run", "tables": {}})
        )

    def send(self, clock: datetime = MORNING, asked: str = "now") -> MailResult:
        place = Place(
            self.data_dir / "published" / "current",
            self.data_dir / "landing",
            self.config_dir,
            self.deliveries,
        )
        (letters,) = load_destinations(self.config_dir)
        return send_mail(place, letters, asked, lambda: clock, {})

    def land(self, feed: str, *lines: str) -> Path:
        """Let an export arrive after the night."""
        path = self.data_dir / "landing" / feed / "since_the_night.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
        return path

    def read_newest(self) -> NewestFacts:
        """What landing says in the morning."""
        current = self.data_dir / "published" / "current"
        return read_newest_facts(current, self.data_dir / "landing", self.config_dir, MORNING)

    @classmethod
    def open(cls, data_dir: Path, mailbox: Mailbox, night: Campaigns, landing: Path) -> Shop:
        """One that published the night, with the mailbox in the place of the example's server."""
        shop = cls(data_dir, mailbox)
        shutil.copytree(landing, shop.data_dir / "landing")
        shutil.copytree(EXAMPLE, shop.config_dir)
        path = shop.config_dir / "destinations.yml"
        at_mailbox = (
            path.read_text()
            .replace("port: 1025", f"port: {mailbox.port}")
            .replace("minute: 600", "minute: 60000")
        )
        path.write_text(at_mailbox.replace("host: localhost", "host: 127.0.0.1"))
        shop.publish(night)
        return shop
