"""A night over small exports of five known layouts and two consent platforms, each told apart by its contract alone.

What each column becomes is tested with the formats; here, that what they make is what the rest of the night reads:
events, orders with their lines, e-mail events and consents, of the people that they name.
"""

from __future__ import annotations

import duckdb
import pytest
from layouts import PUBLIC

OTHERS = tuple(feed for feed, _ in PUBLIC.values())
"""Feeds of the same night that have tests of their own."""


@pytest.fixture
def night(layouts_night: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The published tables of a night over LANDED, among others."""
    return layouts_night


def test_every_row_is_loaded_and_lookup_files_are_no_files_of_the_feed(night):
    assert night.sql(f"""
        select file_path, rows_in, rows_loaded from quality.ingested_files
        where regexp_replace(file_path, '/[^/]*$', '') not in {OTHERS} order by 1
    """).fetchall() == [
        ("cookiebot/consents/a.csv", 2, 2),
        ("experiments/exposures/a.csv", 6, 6),
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
    assert night.sql(f"""
        select feed, event_name, regexp_replace(visitor_id, '^log-[0-9a-f]{{32}}$', 'a digest'), product_id,
            parameters->>'colour'
        from marts.fct_events where feed not in {OTHERS} order by 1, 2
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
        where o.feed = 'shopify/orders' group by all
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
