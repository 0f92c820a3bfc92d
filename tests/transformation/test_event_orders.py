"""Orders that only events report, until the till's export arrives; and what the config folder says to the models."""

from __future__ import annotations

import json

import duckdb
import pytest

BASKET = {"currency": "EUR", "value": 22.0, "items": [
    {"item_id": "tea", "price": 10.0, "quantity": 1}, {"item_id": "mug", "price": 6.0, "quantity": 2},
]}  # fmt: skip


def _purchase(order_id, minute, **more):
    occurred_at = f"2026-03-01T10:{minute:02d}:00Z"
    who = {"visitor_id": "v1", "user_id": "7"}
    return {"occurred_at": occurred_at, **who, "event_name": "purchase", "order_id": order_id, **more}


def _write_events(folder, events):
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))


@pytest.fixture
def shop(tmp_path):
    """Two orders in the browser's feed, one of them loaded twice and told by the server too."""
    landing, contracts = tmp_path / "data" / "landing", tmp_path / "config" / "contracts" / "server"
    contracts.mkdir(parents=True)
    (contracts / "events.yml").write_text("table: clickstream/events\n")
    (tmp_path / "config" / "warehouse.yml").write_text("base_currency: EUR\n")
    (tmp_path / "config" / "tracking_plan.yml").write_text(
        "events:\n  - {name: Purchase, parameters: [{name: coupon, type: text}, {name: value, type: number}]}\n"
    )
    browser = [
        _purchase("W1", 0, parameters=BASKET),
        _purchase("W1", 5, parameters=BASKET),
        _purchase("W2", 9, product_id="tea", price=10.0, quantity=3),
    ]
    _write_events(landing / "clickstream" / "events", browser)
    _write_events(landing / "server" / "events", [_purchase("W1", 0, product_id="tea", price=10.0)])
    return tmp_path


def _night(kindred, shop):
    ended = kindred("nightly", DATA_DIR=str(shop / "data"), CONFIG_DIR=str(shop / "config"), AS_OF="latest")
    assert ended.code == 0, ended.output + ended.errors

    def ask(query):
        with duckdb.connect(str(shop / "data/published/current/kindred.duckdb"), read_only=True) as published:
            return published.execute(query).fetchall()

    return ask


ORDERS = "select feed, order_id, total_amount, channel from marts.fct_orders order by order_id"
LINES = """
    select feed, order_id, product_id, quantity, line_amount from marts.fct_order_lines order by order_id, product_id
"""
REVENUE = """
    select order_count, total_revenue from marts.customer_features
    where customer_id = (select customer_id from marts.customer_identities where source_record_id = '7' limit 1)
"""


FINDINGS = """
    select feed, finding, parameter, events from quality.tracking_plan_findings order by feed, finding, parameter
"""


def test_a_purchase_is_an_order_until_a_till_reports_it_and_counts_once_throughout(kindred, shop):
    ask = _night(kindred, shop)
    web = "clickstream/events"
    assert ask(ORDERS) == [(web, "W1", 22, "web"), (web, "W2", 30, "web")]
    assert ask(LINES) == [(web, "W1", "mug", 2, 12), (web, "W1", "tea", 1, 10), (web, "W2", "tea", 3, 30)]
    assert ask(REVENUE) == [(2, 52)]
    assert ask("select currency, reason from quality.order_currencies order by currency") == [
        ("EUR", "named by the settings"), (None, "no currency given: taken as the base currency"),
    ]  # fmt: skip
    assert ask(FINDINGS) == [
        (web, "missing_parameter", "coupon", 3), (web, "missing_parameter", "value", 1),
        ("server/events", "missing_parameter", "coupon", 1), ("server/events", "missing_parameter", "value", 1),
    ]  # fmt: skip

    till = shop / "data" / "landing" / "pos" / "orders"
    till.mkdir(parents=True)
    (till / "a.csv").write_text(
        "order_id,ordered_at,customer_id,total_amount,currency,channel\nW1,2026-03-01T10:00:30Z,7,25.5,EUR,shop\n"
    )
    (shop / "config" / "tracking_plan.yml").write_text("events:\n  - name: purchase\n")
    ask = _night(kindred, shop)
    assert ask(FINDINGS) == []
    assert ask(ORDERS) == [("pos/orders", "W1", 25.5, "shop"), (web, "W2", 30, "web")]
    assert ask(LINES) == [(web, "W2", "tea", 3, 30)]
    assert ask(REVENUE) == [(2, 55.5)]
    assert ask("select count(*) from marts.fct_events") == [(4,)]
