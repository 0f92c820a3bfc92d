"""A night moves the interests of those who did something, and of nobody else."""

from __future__ import annotations

from datetime import datetime

import pytest

NOON = datetime(2026, 5, 1, 12)
VIEW = {"event_name": "view_item", "user_id": ""}


def interests_of(shop) -> dict[tuple[str, str], float]:
    """(visitor, category) -> interest."""
    rows = shop.ask("""
        select records.source_record_id, interests.category, interests.interest
        from marts.customer_interests as interests
        inner join intermediate.int_records_resolved as records using (customer_id)
        where records.record_kind = 'visitor'
    """)
    return {(visitor, category): interest for visitor, category, interest in rows}


def changed_customers(shop) -> int:
    [(customers,)] = shop.ask("select count(*) from intermediate.int_interested_customers_changed")
    return customers


@pytest.fixture
def shop(nightly_shop):
    """One night old: ann saw tea, then mugs, and bob saw tea."""
    nightly_shop.deliver(
        "clickstream/events/monday.csv",
        [
            {"occurred_at": "2026-05-01 10:00", "visitor_id": "ann", "category": "tea", **VIEW},
            {"occurred_at": "2026-05-01 11:00", "visitor_id": "ann", "category": "mugs", **VIEW},
            {"occurred_at": "2026-05-01 10:00", "visitor_id": "bob", "category": "tea", **VIEW},
        ],
    )
    assert nightly_shop.night(NOON).is_full
    assert interests_of(nightly_shop) == pytest.approx(
        {("ann", "tea"): 0.9, ("ann", "mugs"): 0.1, ("bob", "tea"): 1}
    )
    return nightly_shop


@pytest.mark.parametrize(
    ("time", "tea", "mugs"),
    [
        ("11:30", 0.81 + 0.1, 0.09),  # after both
        ("10:30", 0.9, 0.1),  # between them: tea stays 1, then falls to 0.9
        ("09:30", 0.9, 0.1),  # before them
    ],
)
def test_an_interaction_takes_its_place_whenever_it_arrives(shop, time, tea, mugs):
    shop.deliver(
        "clickstream/events/tuesday.csv",
        [{"occurred_at": f"2026-05-01 {time}", "visitor_id": "ann", "category": "tea", **VIEW}],
    )
    assert not shop.night(NOON).is_full
    assert interests_of(shop) == pytest.approx({("ann", "tea"): tea, ("ann", "mugs"): mugs, ("bob", "tea"): 1})
    assert changed_customers(shop) == 1


def test_a_page_that_is_about_nothing_changes_nobody(shop):
    before = interests_of(shop)
    shop.deliver(
        "clickstream/events/tuesday.csv",
        [{"occurred_at": "2026-05-01 11:30", "visitor_id": "ann", "event_name": "page_view"}],
    )
    shop.night(NOON)
    assert (interests_of(shop), changed_customers(shop)) == (before, 0)


def test_whose_interactions_vanish_has_no_interests_left_of_them(shop):
    shop.deliver(
        "clickstream/events/monday.csv",
        [{"occurred_at": "2026-05-01 11:00", "visitor_id": "ann", "category": "mugs", **VIEW}],
    )
    assert not shop.night(NOON).is_full
    assert interests_of(shop) == {("ann", "mugs"): 1}


def test_visitors_who_turn_out_to_be_one_customer_have_one_history(shop):
    login = {"event_name": "login", "user_id": "7", "category": ""}
    shop.deliver(
        "clickstream/events/tuesday.csv",
        [
            {"occurred_at": "2026-05-01 11:40", "visitor_id": "ann", **login},
            {"occurred_at": "2026-05-01 11:50", "visitor_id": "bob", **login},
        ],
    )
    assert not shop.night(NOON).is_full
    # tea twice at ten, then mugs
    assert interests_of(shop) == pytest.approx(
        {(visitor, about): value for visitor in ("ann", "bob") for about, value in (("tea", 0.9), ("mugs", 0.1))}
    )


def test_a_product_that_moves_to_another_category_takes_interests_along(nightly_shop):
    product = {"product_id": "7", "name": "seven"}
    view = {"occurred_at": "2026-05-01 10:00", "visitor_id": "ann", "product_id": "7", **VIEW}
    nightly_shop.deliver("clickstream/events/monday.csv", [view])
    nightly_shop.deliver("products/catalog/monday.csv", [{**product, "category": "tea"}])
    nightly_shop.night(NOON)
    assert interests_of(nightly_shop) == {("ann", "tea"): 1}
    nightly_shop.deliver("products/catalog/monday.csv", [{**product, "category": "mugs"}])
    assert not nightly_shop.night(NOON).is_full
    assert interests_of(nightly_shop) == {("ann", "mugs"): 1}
    assert changed_customers(nightly_shop) == 0
