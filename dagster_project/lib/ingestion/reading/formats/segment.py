"""Segment: messages of its spec as JSON lines, or the tables it writes into a warehouse, one row a message.

Track, page and screen messages (and identify, group and alias, which tell who a visitor is) are clickstream/events. A
feed of crm/customers takes the identify messages and leaves the others to a feed of events that reads the same file.
IP addresses are not taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dagster_project.lib.ingestion.arrival.headers import FileFaultError
from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats import segment_customers, segment_events
from dagster_project.lib.ingestion.reading.formats.format import names_in
from dagster_project.lib.ingestion.reading.formats.segment_message import (
    CUSTOMER_COLUMNS,
    EVENT_COLUMNS,
    Message,
)
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import Source

EVENTS, CUSTOMERS = "clickstream/events", "crm/customers"


@dataclass(frozen=True)
class _Segment:
    tables: frozenset[str] = frozenset({EVENTS, CUSTOMERS})
    default_table: str = EVENTS
    containers: frozenset[str] = frozenset({"csv", "tsv", "jsonl", "parquet"})
    header: bool = True

    def check(self, layout: Layout, feed: Feed) -> None:
        if layout.container == "jsonl":
            return
        message = Message.of_columns(layout.columns)
        names_people = message.has("user_id") or message.has("anonymous_id") or message.has("message_id")
        if not names_people or not message.has("timestamp"):
            raise FileFaultError(
                "it is no segment export: it needs the columns user_id or anonymous_id, and timestamp,"
                " original_timestamp or received_at; export them, or correct `format:` in"
                f" contracts/{feed.folder}.yml"
            )
        if message.has("type"):
            return
        if feed.table == EVENTS and message.table is None:
            raise FileFaultError(
                "it has none of the columns type, event, url, path and name, so what its messages are is unknown;"
                " export tracks, pages or screens, and identifies into a feed of crm/customers"
            )
        if feed.table == CUSTOMERS and message.table is not None:
            raise FileFaultError(
                f"its columns are those of {message.table} messages, and {CUSTOMERS} is filled by identify messages;"
                " move it to a feed of clickstream/events"
            )

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        return names_in(layout, CUSTOMER_COLUMNS if feed.table == CUSTOMERS else EVENT_COLUMNS).values()

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        message = Message(own.texts, is_flat=layout.container != "jsonl")
        relation = message.prepared(own.relation)
        if feed.table == CUSTOMERS:
            is_wanted = f"{own.malformed} or coalesce({message.kind}, 'identify') = 'identify'"
            return replace(
                own,
                relation=f"(select * from {relation} where {is_wanted})",
                texts=segment_customers.texts(message),
                extra=segment_customers.leftovers(message, own.extra),
            )
        relation = segment_events.prepared(message, relation)
        return replace(own, relation=relation, texts=segment_events.texts(message))


SEGMENT = _Segment()
