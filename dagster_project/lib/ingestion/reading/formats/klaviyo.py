"""Klaviyo: its events as e-mail events, and its persons as customers.

Written as Fivetran's tables (event, person), as one flat file with the metric's name, or as the timeline API's objects.
A person's id is the customer id of both tables, so feeds of one source folder meet by it and nothing has to be joined;
only a metric that is given by its id alone must get its name before delivery. Events that are no e-mails (an order, an
SMS) keep their names in snake_case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from dagster_project.lib.ingestion.arrival.landing import LandedFile
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.reading.formats.format import names_in, require_one_of
from dagster_project.lib.ingestion.reading.formats.pieces import (
    choose,
    document,
    field,
    first_given,
    snake_case,
)
from dagster_project.lib.ingestion.reading.layouts import Layout
from dagster_project.lib.ingestion.reading.source import Source

EVENTS, CUSTOMERS = "email/events", "crm/customers"
EVENT_NAMES = {
    "received_email": "delivered",
    "opened_email": "open",
    "clicked_email": "click",
    "bounced_email": "bounce",
    "marked_email_as_spam": "complaint",
    "unsubscribed": "unsubscribe",
    "unsubscribed_from_list": "unsubscribe",
    "unsubscribed_from_email_marketing": "unsubscribe",
}
"""Klaviyo's e-mail metrics -> the words of email/events. Dropped ones were never sent: they keep their name."""

# Column -> the names it goes by, the first that is given counts. Fivetran writes property_url, or propertyurl where it
# was told to leave names as they are.
EVENT = {
    "event_id": ("id", "uuid"),
    "occurred_at": ("datetime", "timestamp"),
    "name": ("metric_name", "event_name", "metric", "type"),
    "email": ("email", "person_email", "profile_email", "property_email", "propertyemail"),
    "customer_id": ("person_id", "profile_id"),
    "campaign_id": ("campaign_id", "flow_id"),
    "message_id": ("message_id", "property_message_id", "propertymessageid", "flow_message_id"),
    "url": ("url", "property_url", "propertyurl"),
}
PERSON = {
    "customer_id": ("id", "person_id"),
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "email": ("email",),
    "phone": ("phone_number", "phone"),
    "street_address": ("address_1", "address1"),
    "city": ("city",),
    "region": ("region",),
    "postal_code": ("zip",),
    "country": ("country",),
    "created_at": ("created",),
    "updated_at": ("updated",),
}
NESTED = ("person", "event_properties")


@dataclass(frozen=True)
class _Klaviyo:
    tables: frozenset[str] = frozenset({EVENTS, CUSTOMERS})
    default_table: str = EVENTS
    containers: frozenset[str] = frozenset({"csv", "tsv", "jsonl", "parquet"})
    header: bool = True

    def check(self, layout: Layout, feed: Feed) -> None:
        groups = [EVENT["name"], EVENT["occurred_at"], (*EVENT["customer_id"], *EVENT["email"])]
        if feed.table == CUSTOMERS:
            groups = [PERSON["customer_id"], PERSON["email"], PERSON["updated_at"]]
        require_one_of("klaviyo", groups, layout, feed)

    def uses(self, layout: Layout, feed: Feed) -> Collection[str]:
        columns = PERSON if feed.table == CUSTOMERS else EVENT
        wanted = [name for names in columns.values() for name in names]
        return names_in(layout, [*wanted, *(NESTED if feed.table == EVENTS else ())]).values()

    def translate(self, own: Source, layout: Layout, files: Sequence[LandedFile], feed: Feed) -> Source:
        given = {name.lower(): text for name, text in own.texts.items()}
        if feed.table == CUSTOMERS:
            return replace(own, texts=_pick(PERSON, given))
        return replace(own, texts=_event(given))


def _pick(columns: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> dict[str, str]:
    """Column -> the first of its names that the row gives."""
    return {
        column: first_given(*(given[name] for name in names if name in given))
        for column, names in columns.items()
    }


def _event(given: Mapping[str, str]) -> dict[str, str]:
    texts = _pick(EVENT, given)
    name = snake_case(texts.pop("name"))
    person, properties = (document(given[key]) if key in given else "null::json" for key in NESTED)
    return {
        **texts,
        "event_name": choose(name, EVENT_NAMES, name),
        "email": first_given(texts["email"], field(person, "email"), field(person, "$email")),
        "customer_id": first_given(texts["customer_id"], field(person, "id")),
        "campaign_id": first_given(texts["campaign_id"], field(properties, "$message")),
        "url": first_given(texts["url"], field(properties, "URL")),
    }


KLAVIYO = _Klaviyo()
