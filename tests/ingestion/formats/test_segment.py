"""Segment's messages, as its spec writes them and as its warehouse tables hold them."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest

VIEWED = {
    "messageId": "m1",
    "type": "track",
    "event": "Product Viewed",
    "anonymousId": "anon-1",
    "timestamp": "2026-01-05T10:00:00.250Z",
    "properties": {"product_id": "p-7", "sku": "S7", "category": "Tea", "price": 4.5, "colour": "green"},
    "context": {
        "ip": "203.0.113.9",
        "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile/15E148"
        " Safari/604.1",
        "locale": "de-DE",
        "page": {"url": "https://shop.example/p/7", "referrer": "https://search.example/"},
        "campaign": {"source": "news", "medium": "email", "name": "spring"},
        "library": {"name": "analytics.js"},
    },
}
ORDERED = {
    "messageId": "m2",
    "type": "track",
    "event": "Order Completed",
    "userId": "u-1",
    "anonymousId": "anon-1",
    "timestamp": "2026-01-05T10:05:00Z",
    "properties": {
        "order_id": "o-1",
        "total": 14.0,
        "revenue": 11.5,
        "currency": "EUR",
        "products": [
            {"product_id": "p-7", "name": "Assam", "category": "Tea", "price": 4.5, "quantity": 2},
            {"sku": "S8", "name": "Mug", "category": "Cups", "price": 2.5, "quantity": 1},
        ],
    },
}
IDENTIFIED = {
    "messageId": "m3",
    "type": "identify",
    "userId": "u-1",
    "anonymousId": "anon-1",
    "timestamp": "2026-01-05T10:04:00Z",
    "traits": {
        "firstName": "Ada",
        "last_name": "Byron",
        "email": "ada@example.org",
        "plan": "gold",
        "address": {"street": "1 Way", "city": "Bath", "postalCode": "BA1", "country": "GB"},
        "createdAt": "2025-12-01T00:00:00Z",
    },
}
PAGE = {
    "messageId": "m4",
    "type": "page",
    "name": "Home",
    "anonymousId": "anon-2",
    "timestamp": "2026-01-05T11:00:00Z",
    "properties": {"url": "https://shop.example/", "category": "Landing", "title": "Shop"},
}


def lines(*messages: dict) -> str:
    return "".join(json.dumps(message) + "\n" for message in messages)


def test_a_track_message_is_an_event_in_ga4s_words(shop):
    shop.contract("web/segment", "format: segment\n")
    shop.write("web/segment/a.jsonl", lines(VIEWED))
    shop.ingest()
    assert shop.ledger() == {"web/segment/a.jsonl": ("loaded", 1, 1, 0)}
    assert shop.rows("""
        select event_id, occurred_at, visitor_id, user_id, event_name, product_id, category, price, page_url,
            referrer_url, device_type, browser, operating_system, language, utm_source, utm_medium, utm_campaign
        from raw.clickstream_events
    """) == [
        ("m1", datetime(2026, 1, 5, 10, 0, 0, 250000), "anon-1", None, "view_item", "p-7", "Tea", 4.5,
         "https://shop.example/p/7", "https://search.example/", "mobile", "Safari", "iOS", "de-DE", "news", "email",
         "spring"),
    ]  # fmt: skip


def test_what_no_column_takes_stays_in_parameters_but_no_ip_address(shop):
    shop.contract("web/segment", "format: segment\n")
    shop.write("web/segment/a.jsonl", lines(VIEWED))
    shop.ingest()
    ((parameters, extra),) = shop.rows(
        "select parameters::varchar, _extra::varchar from raw.clickstream_events"
    )
    kept = json.loads(parameters)
    assert kept["colour"] == "green"
    assert kept["sku"] == "S7"
    assert kept["context"]["library"] == {"name": "analytics.js"}
    assert "product_id" not in kept
    assert "203.0.113.9" not in parameters + (extra or "")


def test_an_orders_products_are_its_items(shop):
    shop.contract("web/segment", "format: segment\n")
    shop.write("web/segment/a.jsonl", lines(ORDERED))
    shop.ingest()
    ((name, order, product, quantity, price, parameters),) = shop.rows(
        "select event_name, order_id, product_id, quantity, price, parameters::varchar from raw.clickstream_events"
    )
    assert (name, order, product, quantity, price) == ("purchase", "o-1", "p-7", 2.0, 4.5)
    kept = json.loads(parameters)
    assert (kept["value"], kept["currency"]) == (14.0, "EUR")
    assert kept["items"] == [
        {"item_id": "p-7", "item_name": "Assam", "item_category": "Tea", "price": 4.5, "quantity": 2},
        {"item_id": "S8", "item_name": "Mug", "item_category": "Cups", "price": 2.5, "quantity": 1},
    ]


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("Product Added", "add_to_cart"),
        ("product_added", "add_to_cart"),
        ("Checkout Started", "begin_checkout"),
        ("Products Searched", "search"),
        ("Product List Viewed", "view_item_list"),
        ("Coupon Applied", "coupon_applied"),
        ("quizFinished", "quiz_finished"),
        ("Заказ оформлен", "заказ_оформлен"),
    ],
)
def test_event_names_become_ga4s_or_snake_case(shop, event, name):
    shop.contract("web/segment", "format: segment\n")
    shop.write("web/segment/a.jsonl", lines({**VIEWED, "event": event}))
    shop.ingest()
    assert shop.rows("select event_name from raw.clickstream_events") == [(name,)]


def test_pages_and_identifies_are_events_as_well_and_server_calls_need_no_anonymous_id(shop):
    shop.contract("web/segment", "format: segment\n")
    server = {key: value for key, value in ORDERED.items() if key != "anonymousId"}
    shop.write("web/segment/a.jsonl", lines(PAGE, IDENTIFIED, server))
    shop.ingest()
    assert shop.rows("""
        select event_name, visitor_id, user_id, email, page_url, category
        from raw.clickstream_events order by occurred_at
    """) == [
        ("identify", "anon-1", "u-1", "ada@example.org", None, None),
        ("purchase", "u-1", "u-1", None, None, "Tea"),
        ("page_view", "anon-2", None, None, "https://shop.example/", None),
    ]
    assert shop.rows("""
        select parameters->>'category', parameters->>'name' from raw.clickstream_events where event_name = 'page_view'
    """) == [("Landing", "Home")]


def test_a_feed_of_customers_takes_the_identifies_of_a_mixed_file(shop):
    shop.contract("web/people", "{table: crm/customers, format: segment}\n")
    shop.write("web/people/a.jsonl", lines(VIEWED, IDENTIFIED, PAGE) + "no json\n")
    shop.ingest()
    assert shop.ledger() == {"web/people/a.jsonl": ("loaded", 2, 1, 1)}
    assert shop.rows("""
        select customer_id, first_name, last_name, email, street_address, city, postal_code, country, created_at,
            updated_at, _extra->'traits'->>'plan'
        from raw.crm_customers
    """) == [
        ("u-1", "Ada", "Byron", "ada@example.org", "1 Way", "Bath", "BA1", "GB", datetime(2025, 12, 1),
         datetime(2026, 1, 5, 10, 4), "gold"),
    ]  # fmt: skip


def test_bad_messages_are_rejected_one_by_one(shop):
    shop.contract("web/segment", "format: segment\n")
    nobody = {key: value for key, value in VIEWED.items() if key != "anonymousId"}
    shop.write(
        "web/segment/a.jsonl",
        lines(VIEWED, {**VIEWED, "timestamp": "yesterday"}, nobody, {**VIEWED, "properties": "none"})
        + '{"type": "track"\n',
    )
    shop.ingest()
    assert shop.ledger() == {"web/segment/a.jsonl": ("loaded", 5, 2, 3)}
    assert shop.rows("select row_number, column_name from quality.rejected_rows order by 1") == [
        (2, "occurred_at"), (3, "visitor_id"), (5, None),
    ]  # fmt: skip


def test_a_warehouses_tracks_and_event_tables_load_from_csv_and_parquet(shop):
    shop.contract("web/segment", "format: segment\n")
    shop.write(
        "web/segment/order_completed.csv",
        "id,anonymous_id,user_id,timestamp,event,event_text,order_id,total,currency,products,context_ip,coupon\n"
        "m9,anon-1,u-1,2026-01-05 10:05:00,order_completed,Order Completed,o-1,9.0,EUR,"
        '"[{""product_id"":""p-7"",""price"":4.5,""quantity"":2}]",203.0.113.9,SPRING\n',
    )
    tracks = (
        "select 'm8' id, 'anon-3' anonymous_id, timestamp '2026-01-05 09:00' as timestamp,"
        " 'product_viewed' as event"
    )
    duckdb.sql(tracks).write_parquet(str(shop.landing / "web" / "segment" / "tracks.parquet"))
    shop.ingest()
    assert shop.rows("""
        select event_id, event_name, occurred_at, order_id, product_id, parameters->'items'->0->>'item_id',
            (parameters->>'value')::double, _extra->>'coupon'
        from raw.clickstream_events order by event_id
    """) == [
        ("m8", "view_item", datetime(2026, 1, 5, 9), None, None, None, None, None),
        ("m9", "purchase", datetime(2026, 1, 5, 10, 5), "o-1", "p-7", "p-7", 9.0, "SPRING"),
    ]
    assert shop.rows(
        "select count(*) from raw.clickstream_events where _extra::varchar like '%203.0.113%'"
    ) == [(0,)]


def test_no_column_of_a_flat_table_is_lost(shop):
    shop.contract("web/segment", "format: segment\n")
    shop.contract("web/people", "{table: crm/customers, format: segment}\n")
    shop.write(
        "web/segment/product_viewed.csv",
        "id,anonymous_id,timestamp,event,product_id,sku,name,gender,context_library_name\n"
        "m1,a1,2026-01-05 10:00:00,product_viewed,p7,S7,Assam,any,analytics.js\n",
    )
    shop.write(
        "web/people/users.csv", "id,received_at,email,name,price\nu1,2026-01-05,a@x.org,Ada Byron,high\n"
    )
    shop.ingest()
    ((parameters, extra),) = shop.rows(
        "select parameters::varchar, _extra::varchar from raw.clickstream_events"
    )
    assert json.loads(parameters) == {"name": "Assam", "sku": "S7"}
    assert json.loads(extra) == {"gender": "any", "context_library_name": "analytics.js"}
    ((extra,),) = shop.rows("select _extra::varchar from raw.crm_customers")
    assert json.loads(extra) == {"name": "Ada Byron", "price": "high"}


def test_identifies_and_users_tables_fill_customers(shop):
    shop.contract("web/people", "{table: crm/customers, format: segment}\n")
    shop.write(
        "web/people/identifies.csv",
        "id,user_id,anonymous_id,received_at,email,first_name,name\nm1,u-1,a,2026-01-05 10:00:00,a@x.org,Ada,Ada B\n",
    )
    shop.write("web/people/users.csv", "id,received_at,email\nu-2,2026-01-06 10:00:00,b@x.org\n")
    shop.ingest()
    assert shop.rows("select customer_id, first_name, email from raw.crm_customers order by 1") == [
        ("u-1", "Ada", "a@x.org"), ("u-2", None, "b@x.org"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "header", "reason"),
    [
        ("clickstream/events", "id,amount\n1,2\n", "timestamp"),
        ("clickstream/events", "user_id,timestamp,plan\n1,2026-01-01,x\n", "type, event, url, path and name"),
        (
            "crm/customers",
            "user_id,timestamp,event\n1,2026-01-01,x\n",
            "move it to a feed of clickstream/events",
        ),
    ],
)
def test_a_file_of_another_layout_is_quarantined_and_the_reason_says_what_to_do(shop, table, header, reason):
    shop.contract("web/segment", f"{{table: {table}, format: segment}}\n")
    shop.write("web/segment/a.csv", header)
    outcome = shop.ingest()["web/segment"]
    assert reason in outcome.quarantined["web/segment/a.csv"]


def test_the_published_example_of_pages_loads(shop, shared_data):
    pages = shared_data("export_formats") / "segment" / "example_segment_pages.csv"
    shop.contract("web/segment", "format: segment\n")
    shop.write("web/segment/pages.csv", pages.read_bytes())
    shop.ingest()
    assert shop.rows("""
        select event_name, visitor_id, user_id, occurred_at, page_url, referrer_url, utm_source, utm_medium,
            utm_campaign, browser, operating_system, device_type, parameters->>'path', _extra->>'title'
        from raw.clickstream_events
    """) == [
        ("page_view", "507f191e810c19729de860ea", "97980cfea0067", datetime(2015, 2, 23, 22, 28, 55),
         "https://www.getdbt.com/", "https://www.google.com/", "facebook", "social", "autumn_collection_2015",
         "Chrome", "macOS", "desktop", "/product", "Product"),
    ]  # fmt: skip
    assert shop.rows(
        "select count(*) from raw.clickstream_events where _extra::varchar like '%8.8.8.8%'"
    ) == [(0,)]
