"""A night moves the interests of those who did something, and of nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

NOON = datetime(2026, 5, 1, 12)
FIRST_FILE = "clickstream/events/monday.csv"
SECOND_FILE = "clickstream/events/tuesday.csv"


def event(visitor: str, time: str, **columns: str) -> dict[str, str]:
    """A row of clickstream/events, which shows interest in a category unless it is said otherwise."""
    row = {"occurred_at": f"2026-05-01 {time}", "visitor_id": visitor, "event_name": "view_item"}
    return {**row, "category": "", "product_id": "", "user_id": "", **columns}


def interests_of(shop) -> dict[str, dict[str, Any]]:
    """Visitor -> category -> interest."""
    rows = shop.ask("""
        select records.source_record_id, interests.category, interests.interest
        from marts.customer_interests as interests
        inner join intermediate.int_records_resolved as records using (customer_id)
        where records.record_kind = 'visitor'
    """)
    visitors: dict[str, dict[str, Any]] = {}
    for visitor, category, interest in rows:
        visitors.setdefault(visitor, {})[category] = pytest.approx(interest)
    return visitors


def changed_customers(shop) -> int:
    [(customers,)] = shop.ask("select count(*) from intermediate.int_interested_customers_changed")
    return customers


def saw_tea_then_mugs(*visitors: str) -> list[dict[str, str]]:
    """Interests of 0.9 and 0.1."""
    return [
        event(visitor, time, category=category)
        for visitor in visitors
        for time, category in (("10:00", "tea"), ("11:00", "mugs"))
    ]


def test_an_interaction_takes_its_place_whenever_it_arrives(nightly_shop):
    nightly_shop.deliver(FIRST_FILE, saw_tea_then_mugs("after", "between", "before", "idle", "reader"))
    assert nightly_shop.night(NOON).is_full
    nightly_shop.deliver(
        SECOND_FILE,
        [
            event("after", "11:30", category="tea"),
            event("between", "10:30", category="books"),
            event("before", "09:30", category="books"),
            event("reader", "11:30", event_name="page_view", category="books"),
        ],
    )
    assert not nightly_shop.night(NOON).is_full
    assert interests_of(nightly_shop) == {
        "after": {"tea": 0.9 * 0.9 + 0.1, "mugs": 0.09},
        "between": {"tea": 0.81, "books": 0.09, "mugs": 0.1},
        "before": {"books": 0.81, "tea": 0.09, "mugs": 0.1},
        "idle": {"tea": 0.9, "mugs": 0.1},
        "reader": {"tea": 0.9, "mugs": 0.1},
    }
    assert changed_customers(nightly_shop) == 3


def test_interests_follow_what_vanishes_who_turns_out_to_be_one_and_how_products_are_sorted(nightly_shop):
    lost = event("forgetful", "10:00", category="tea")
    kept = [*saw_tea_then_mugs("ann"), event("bob", "10:30", category="books")]
    kept += [event("forgetful", "11:00", category="mugs"), event("cat", "10:00", product_id="7")]
    nightly_shop.deliver(FIRST_FILE, [lost, *kept])
    nightly_shop.deliver("products/catalog/all.csv", [{"product_id": "7", "name": "x", "category": "tea"}])
    assert nightly_shop.night(NOON).is_full
    before = interests_of(nightly_shop)
    assert (before["forgetful"], before["cat"]) == ({"tea": 0.9, "mugs": 0.1}, {"tea": 1})
    nightly_shop.deliver(FIRST_FILE, kept)
    logins = [event(visitor, "11:40", event_name="login", user_id="7") for visitor in ("ann", "bob")]
    nightly_shop.deliver(SECOND_FILE, logins)
    nightly_shop.deliver("products/catalog/all.csv", [{"product_id": "7", "name": "x", "category": "mugs"}])
    assert not nightly_shop.night(NOON).is_full
    together = {"tea": 0.81, "books": 0.09, "mugs": 0.1}
    assert interests_of(nightly_shop) == {
        "ann": together,
        "bob": together,
        "forgetful": {"mugs": 1},
        "cat": {"mugs": 1},
    }
