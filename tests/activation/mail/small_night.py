"""A published night of a handful of messages, made by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lib.activation.campaigns.campaigns import Campaigns
from dagster_project.lib.activation.content.shop import Shop
from dagster_project.lib.activation.mail.result import MailResult
from dagster_project.lib.activation.mail.sending import Sources, send_due
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.activation.newest import NewestFacts

TEN, NOON = datetime(2026, 6, 30, 10), datetime(2026, 6, 30, 12)
TWO_STEPS = {
    "name": "cart",
    "trigger": {"segment": "carts"},
    "steps": [{"template": "one"}, {"template": "two", "after_hours": 2}],
}
_TABLES = """
create schema activation; create schema marts;
create table activation.campaign_queue (
    campaign varchar, step integer, customer_id varchar, template varchar, began_at timestamp, due_at timestamp,
    status varchar
);
create table activation.content_blocks (
    customer_id varchar, template varchar, variant_id varchar, campaign varchar, subject varchar, html varchar,
    text varchar
);
create table activation.segment_memberships (customer_id varchar, segment varchar);
create table marts.dim_customers (
    customer_id varchar, email varchar, first_name varchar, last_name varchar, country varchar
);
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar, decided_at timestamp);
create table marts.fct_orders (customer_id varchar, ordered_at timestamp, is_return boolean);
create table marts.fct_events (customer_id varchar, event_name varchar, occurred_at timestamp);
create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar);
"""


@dataclass
class SmallNight:
    """A snapshot, what was sent of it, and a campaign of two steps."""

    folder: Path
    campaigns: Campaigns = field(default_factory=lambda: Campaigns.model_validate({"campaigns": [TWO_STEPS]}))
    newest: NewestFacts = field(default_factory=NewestFacts)
    _opened: duckdb.DuckDBPyConnection | None = field(default=None, init=False)

    @classmethod
    def create(cls, folder: Path, customers: Sequence[str] = ("a",), as_of: datetime = NOON) -> SmallNight:
        """A night at which each customer is due the first step since ten, and allowed to be written to."""
        night = cls(folder)
        night.current.mkdir(parents=True)
        (night.current / "manifest.json").write_text(json.dumps({"as_of": f"{as_of.isoformat()}Z"}))
        with night.opened():
            night.change(_TABLES)
            for customer in customers:
                night.add_customer(customer)
                night.add_message(customer)
        return night

    @property
    def current(self) -> Path:
        return self.folder / "published" / "current"

    @property
    def deliveries(self) -> Path:
        return self.folder / "warehouse" / "deliveries.duckdb"

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The snapshot; all changes within are made while it is open, since to open it takes longer than a change."""
        if self._opened is not None:
            yield self._opened
            return
        with duckdb.connect(str(self.current / "kindred.duckdb")) as connection:
            self._opened = connection
            try:
                yield connection
            finally:
                self._opened = None

    def change(self, statement: str, *values: Any) -> None:
        with self.opened() as connection:
            connection.execute(statement, list(values))

    def add_customer(
        self, customer: str, email: str | None = None, name: str = "Ann", country: str = "GB"
    ) -> None:
        with self.opened():
            self.change(
                "insert into marts.dim_customers values (?, ?, ?, 'Ash', ?)",
                customer, email or f"{customer}@example.com", name, country,
            )  # fmt: skip
            self.change(
                "insert into marts.customer_consents values (?, 'marketing_email', 'granted', '2026-01-01')",
                customer,
            )
            self.change("insert into activation.segment_memberships values (?, 'carts')", customer)

    def add_message(
        self,
        customer: str,
        step: int = 1,
        subject: str = "Still waiting",
        began_at: datetime = NOON - timedelta(hours=2),
    ) -> None:
        template = ("one", "two")[step - 1]
        due_at = began_at + timedelta(hours=2 * (step - 1))
        with self.opened():
            self.change(
                "insert into activation.campaign_queue values ('cart', ?, ?, ?, ?, ?, 'due')",
                step, customer, template, began_at, due_at,
            )  # fmt: skip
            self.change(
                "insert into activation.content_blocks values (?, ?, null, 'cart', ?, ?, 'Your cart €')",
                customer, template, subject, f'<p>Your cart € <a href="https://shop.example/unsubscribe?customer={customer}">no</a></p>',
            )  # fmt: skip

    def send(self, destination: MailDestination, now: datetime = NOON, **options: Any) -> MailResult:
        environ = options.pop("environ", {})
        options.setdefault("wait", lambda seconds: None)
        sources = Sources(
            self.current, self.deliveries, self.campaigns, Shop(url="https://shop.example/"), self.newest
        )
        return send_due(sources, destination, now, environ, **options)

    def remembered(self) -> list[tuple]:
        """Customer, step, status and code of every message of which a server heard."""
        with duckdb.connect(str(self.deliveries)) as connection:
            return connection.execute(
                "select customer_id, step, status, smtp_code from sent_messages order by 1, 2"
            ).fetchall()


def destination(port: int, **said: Any) -> MailDestination:
    """A destination at this port of this machine, without quiet hours."""
    values = {
        "name": "letters", "kind": "smtp", "host": "127.0.0.1", "port": port, "messages_per_minute": 100_000,
        "sender": {"address": "shop@shop.example", "name": "Shop"}, "quiet_hours": None,
        "unsubscribe": {"mailto": "no@shop.example"},
    }  # fmt: skip
    return MailDestination.model_validate({**values, **said})


def send_until_killed(folder: str, port: str) -> None:
    """What a process of its own does: says who it is, and sends."""
    (Path(folder) / "pid").write_text(str(os.getpid()))
    SmallNight(Path(folder)).send(destination(int(port)))
