"""Orders that only events report, until the till's export arrives; and what the config folder says to the models."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

AS_OF = datetime(2026, 3, 2)
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
def shop(nightly_shop):
    """Two orders in the browser's feed, one of them loaded twice and told by the server too."""
    nightly_shop.models = (
        "fct_events", "fct_orders", "fct_order_lines", "customer_features", "customer_identities", "order_currencies",
        "tracking_plan_findings",
    )  # fmt: skip
    folder = nightly_shop.folder
    contracts = folder / "contracts" / "server"
    contracts.mkdir(parents=True)
    (contracts / "events.yml").write_text("table: clickstream/events\n")
    (folder / "warehouse.yml").write_text("base_currency: EUR\n")
    (folder / "tracking_plan.yml").write_text(
        "events:\n  - {name: Purchase, parameters: [{name: coupon, type: text}, {name: value, type: number}]}\n"
    )
    browser = [
        _purchase("W1", 0, parameters=BASKET),
        _purchase("W1", 5, parameters=BASKET),
        _purchase("W2", 9, product_id="tea", price=10.0, quantity=3),
    ]
    _write_events(folder / "landing" / "clickstream" / "events", browser)
    _write_events(
        folder / "landing" / "server" / "events", [_purchase("W1", 0, product_id="tea", price=10.0)]
    )
    return nightly_shop


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


def test_a_purchase_is_an_order_until_a_till_reports_it_and_counts_once_throughout(shop):
    ask = shop.ask
    shop.night(AS_OF)
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

    shop.deliver("pos/orders/a.csv", [
        {"order_id": "W1", "ordered_at": "2026-03-01T10:00:30Z", "customer_id": 7, "total_amount": 25.5,
         "currency": "EUR", "channel": "shop"},
    ])  # fmt: skip
    (shop.folder / "tracking_plan.yml").write_text("events:\n  - name: purchase\n")
    shop.code = "another configuration"
    shop.night(AS_OF)
    assert ask(FINDINGS) == []
    assert ask(ORDERS) == [("pos/orders", "W1", 25.5, "shop"), (web, "W2", 30, "web")]
    assert ask(LINES) == [(web, "W2", "tea", 3, 30)]
    assert ask(REVENUE) == [(2, 55.5)]
    assert ask("select count(*) from marts.fct_events") == [(4,)]
