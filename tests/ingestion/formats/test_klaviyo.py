"""Klaviyo's events and persons: which metric becomes which e-mail event, and who it is about."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

FLAT = "id,metric_name,email,datetime,campaign_id,url\n"


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("Received Email", "delivered"),
        ("Opened Email", "open"),
        ("Clicked Email", "click"),
        ("Bounced Email", "bounce"),
        ("Unsubscribed", "unsubscribe"),
        ("Unsubscribed from Email Marketing", "unsubscribe"),
        ("Marked Email as Spam", "complaint"),
        ("Dropped Email", "dropped_email"),
        ("Placed Order", "placed_order"),
    ],
)
def test_a_metric_is_an_email_event_by_its_name(shop, metric, name):
    shop.contract("klaviyo/events", "format: klaviyo\n")
    shop.write(
        "klaviyo/events/a.csv", FLAT + f"e1,{metric},a@x.org,2026-01-05 10:00:00,c1,https://shop.example/\n"
    )
    shop.ingest()
    assert shop.rows("""
        select event_id, event_name, email, occurred_at, campaign_id, url from raw.email_events
    """) == [("e1", name, "a@x.org", datetime(2026, 1, 5, 10), "c1", "https://shop.example/")]


def test_objects_of_the_timeline_api_load(shop):
    shop.contract("klaviyo/events", "format: klaviyo\n")
    event = {
        "object": "event",
        "id": "e2",
        "event_name": "Clicked Email",
        "timestamp": 1767607200,
        "person": {"id": "P1", "$email": "a@x.org", "$city": "Bath"},
        "event_properties": {"$message": "c2", "URL": "https://shop.example/sale"},
    }
    shop.write(
        "klaviyo/events/a.jsonl", json.dumps(event) + "\n" + json.dumps({**event, "event_name": " "}) + "\n"
    )
    shop.ingest()
    assert shop.ledger() == {"klaviyo/events/a.jsonl": ("loaded", 2, 1, 1)}
    assert shop.rows(
        "select event_name, email, customer_id, occurred_at, campaign_id, url from raw.email_events"
    ) == [("click", "a@x.org", "P1", datetime(2026, 1, 5, 10), "c2", "https://shop.example/sale")]


def test_a_metric_that_is_only_an_id_is_not_guessed(shop):
    shop.contract("klaviyo/events", "format: klaviyo\n")
    shop.write("klaviyo/events/a.csv", "id,metric_id,person_id,datetime\ne1,Q4q6PC,P1,2026-01-05 10:00:00\n")
    reason = shop.ingest()["klaviyo/events"].quarantined["klaviyo/events/a.csv"]
    assert "'metric_name' or 'event_name'" in reason


def test_the_published_layouts_load_and_meet_by_the_persons_id(shop, shared_data):
    folder = shared_data("export_formats") / "klaviyo"
    shop.contract("klaviyo/events", "format: klaviyo\n")
    shop.contract("klaviyo/persons", "{table: crm/customers, format: klaviyo}\n")
    for name in ("event", "event_norename"):
        shop.write(f"klaviyo/events/{name}.csv", (folder / f"{name}.csv").read_bytes())
    shop.write("klaviyo/persons/person.csv", (folder / "person.csv").read_bytes())
    shop.ingest()
    assert {path: rest[0] for path, rest in shop.ledger().items()} == {
        "klaviyo/events/event.csv": "loaded",
        "klaviyo/events/event_norename.csv": "loaded",
        "klaviyo/persons/person.csv": "loaded",
    }
    assert shop.rows("""
        select event_name, customer_id, campaign_id, occurred_at, coalesce(_extra->>'property_subject', '')
        from raw.email_events where event_id = '3gBNHPGp' order by 5
    """) == [
        ("delivered", "MCX88q", "ZZ7re", datetime(2020, 4, 5, 20, 2, 45), subject)
        for subject in ("", "brand new chopstcks")
    ]
    assert shop.rows("""
        select first_name, last_name, email, phone, street_address, city, region, postal_code, updated_at
        from raw.crm_customers where customer_id = '01F366M1ZERT4HM2Z9R2V9G7BY'
    """) == [
        ("MArio", "Lopez", "mrgoogle@gmail.com", "+15165555555", "1600 Penn", "Jefferson City", "Kansas", "64224",
         datetime(2021, 4, 13, 18, 9, 10)),
    ]  # fmt: skip
