"""A night over small exports of five known layouts and two consent platforms, each told apart by its contract alone.

What each column becomes is tested with the formats; here, that what they make is what the rest of the night reads:
events, orders with their lines, e-mail events and consents, of the people that they name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, run_kindred

CONTRACTS = {
    "web/segment": "format: segment",
    "web/adobe": "format: adobe",
    "web/log": "format: access_log",
    "shopify/orders": "{table: pos/orders, format: shopify}",
    "shopify/lines": "{table: pos/order_lines, format: shopify}",
    "shopify/customers": "{table: crm/customers, format: shopify}",
    "klaviyo/events": "format: klaviyo",
}
SEGMENT = [
    {"type": "track", "event": "Product Viewed", "anonymousId": "s1", "timestamp": "2026-01-05T10:00:00Z",
     "properties": {"product_id": "p1", "colour": "green"}},
    {"type": "page", "anonymousId": "s1", "timestamp": "2026-01-05T10:01:00Z", "properties": {"url": "/a"}},
]  # fmt: skip
ORDER = {
    "id": 900, "email": "Ann@example.org", "created_at": "2026-01-05T12:00:00Z", "currency": "EUR",
    "total_price": "38.00", "financial_status": "paid", "source_name": "web", "customer": {"id": 77},
    "line_items": [
        {"id": 1, "product_id": "p1", "price": "20.00", "quantity": 2, "total_discount": "3.50"},
        {"id": 2, "product_id": "p2", "price": "2.00", "quantity": 1, "total_discount": "0.50"},
    ],
}  # fmt: skip
HEADERS = "hitid_high\thitid_low\thit_time_gmt\tpost_visid_high\tpost_visid_low\tpost_event_list\tpost_product_list\n"
LOG = '203.0.113.9 - - [05/Jan/2026:10:00:00 +0000] "GET {} HTTP/1.1" 200 9 "-" "Firefox/133.0"\n'
LANDED = {
    "web/segment/a.jsonl": "".join(json.dumps(message) + "\n" for message in SEGMENT),
    "web/adobe/column_headers.tsv": HEADERS,
    "web/adobe/hit_data.tsv": "1\t2\t1767607200\t3\t4\t12\tTea;p1;1;20\n",
    "web/log/access.log": LOG.format("/pixel.gif?event=view_item&visitor_id=k1&product_id=p2")
    + LOG.format("/a.css"),
    "shopify/orders/a.jsonl": json.dumps(ORDER),
    "shopify/lines/a.jsonl": json.dumps(ORDER),
    "shopify/customers/a.csv": "id,first_name,last_name,email,updated_at\n77,Ann,Lee,ann@example.org,2026-01-01\n",
    "klaviyo/events/a.csv": "id,metric_name,email,datetime\n"
    "e1,Received Email,ann@example.org,2026-01-06\ne2,Unsubscribed,ann@example.org,2026-01-07\n",
    "onetrust/consents/a.csv": "Identifier,Purpose Name,Consent Status,Last Transaction Date\n"
    "ann@example.org,Email Marketing,ACTIVE,2026-01-02\nann@example.org,C0002,WITHDRAWN,2026-01-02\n",
    "cookiebot/consents/a.csv": "Consent ID,Date,preferences,statistics,marketing\nk1,2026-01-05,False,,True\n",
}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables of a night over LANDED."""
    folder = tmp_path_factory.mktemp("formats")
    for path, content in LANDED.items():
        _write(folder / "data" / "landing" / path, content)
    for feed, text in CONTRACTS.items():
        _write(folder / "config" / "contracts" / f"{feed}.yml", text)
    for name in ("onetrust", "cookiebot"):
        feed = Path("contracts") / name / "consents.yml"
        _write(folder / "config" / feed, (PROJECT / "examples" / name / "config" / feed).read_text())
    ended = run_kindred(
        "nightly",
        DATA_DIR=str(folder / "data"),
        CONFIG_DIR=str(folder / "config"),
        AS_OF="2026-01-08T00:00:00Z",
    )
    assert ended.code == 0, ended.output + ended.errors
    published = folder / "data" / "published" / "current" / "kindred.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def test_every_row_is_loaded_and_lookup_files_are_no_files_of_the_feed(night):
    assert night.sql(
        "select file_path, rows_in, rows_loaded from quality.ingested_files order by 1"
    ).fetchall() == [
        ("cookiebot/consents/a.csv", 2, 2),
        ("klaviyo/events/a.csv", 2, 2),
        ("onetrust/consents/a.csv", 2, 2),
        ("shopify/customers/a.csv", 1, 1),
        ("shopify/lines/a.jsonl", 2, 2),
        ("shopify/orders/a.jsonl", 1, 1),
        ("web/adobe/hit_data.tsv", 1, 1),
        ("web/log/access.log", 2, 2),
        ("web/segment/a.jsonl", 2, 2),
    ]


def test_events_of_all_layouts_stand_in_one_table(night):
    assert night.sql("""
        select feed, event_name, regexp_replace(visitor_id, '^log-[0-9a-f]{32}$', 'a digest'), product_id,
            parameters->>'colour'
        from marts.fct_events order by 1, 2
    """).fetchall() == [
        ("web/adobe", "add_to_cart", "3_4", "p1", None),
        ("web/log", "request", "a digest", None, None),
        ("web/log", "view_item", "k1", "p2", None),
        ("web/segment", "page_view", "s1", None, None),
        ("web/segment", "view_item", "s1", "p1", "green"),
    ]


def test_an_order_and_its_lines_meet_and_belong_to_the_customer(night):
    assert night.sql("""
        select o.order_id, o.total_amount, o.currency, o.is_return, c.first_name, sum(l.line_amount), count(*)
        from marts.fct_orders o join marts.dim_customers c using (customer_id)
        join marts.fct_order_lines l on l.order_id = o.order_id
        group by all
    """).fetchall() == [("900", 38.0, "EUR", False, "Ann", 38.0, 2)]


def test_an_unsubscription_takes_back_what_onetrust_granted_and_a_banner_decides_for_its_browser(night):
    decided = """
        select purpose, status from marts.customer_consents where not is_default and customer_id =
            (select any_value(customer_id) from marts.customer_identities where {}) order by 1
    """
    assert night.sql(decided.format("source = 'shopify' and record_kind = 'customer'")).fetchall() == [
        ("analytics", "denied"),
        ("marketing_email", "denied"),
    ]
    assert night.sql(decided.format("source_record_id = 'k1'")).fetchall() == [
        ("advertising", "granted"),
        ("personalization", "denied"),
    ]
    assert night.sql("select event_name from marts.fct_email_events order by 1").fetchall() == [
        ("delivered",), ("unsubscribe",),
    ]  # fmt: skip
