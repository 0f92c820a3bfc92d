"""What a night finds about earlier days changes the facts of those days, by hand."""

from __future__ import annotations

import hashlib
from datetime import datetime

DAY = "2026-05-01"
AS_OF = datetime(2026, 5, 3)
SESSIONS = "select session_id, event_count, started_at::varchar, ended_at::varchar from marts.fct_sessions order by 3"


def event(event_id: str, time: str, **columns: object) -> dict[str, object]:
    """A view of a visitor, on the first of May."""
    return {
        "event_id": event_id, "occurred_at": f"{DAY} {time}", "visitor_id": "v", "event_name": "view_item", **columns
    }  # fmt: skip


def inferred_session(time: str) -> str:
    parts = ("clickstream/events", "v", "inferred", f"{DAY} {time}")
    return hashlib.md5("\x1f".join(parts).encode()).hexdigest()


def test_late_events_join_split_and_rename_what_stands(nightly_shop):
    shop = nightly_shop
    shop.deliver("clickstream/events/a.csv", [event("1", "10:20:00"), event("2", "11:00:00")])
    shop.deliver("pos/sales/a.csv", [
        {"order_id": "1", "ordered_at": f"{DAY} 09:00:00", "product_id": "tea", "quantity": 1, "unit_price": 2,
         "customer_id": "7"},
    ])  # fmt: skip
    shop.deliver("clickstream/events/b.csv", [event("9", "23:00:00", visitor_id="w")])
    assert shop.night(AS_OF).is_full
    assert shop.ask(SESSIONS)[:2] == [
        (inferred_session("10:20:00"), 1, f"{DAY} 10:20:00", f"{DAY} 10:20:00"),
        (inferred_session("11:00:00"), 1, f"{DAY} 11:00:00", f"{DAY} 11:00:00"),
    ]

    # one event before both sessions and one between them: all four are one, which starts earlier
    shop.deliver(
        "clickstream/events/late.csv",
        [event("3", "10:00:00"), event("4", "10:40:00"), event("8", "23:30:00", visitor_id="w")],
    )
    assert not shop.night(AS_OF).is_full
    assert shop.ask(SESSIONS)[:-1] == [
        (inferred_session("10:00:00"), 4, f"{DAY} 10:00:00", f"{DAY} 11:00:00")
    ]
    assert shop.ask(SESSIONS)[-1][1:] == (2, f"{DAY} 23:00:00", f"{DAY} 23:30:00")
    (before,) = shop.ask("select distinct customer_id from marts.fct_events where visitor_id = 'v'")

    # the file is mended: what lay between was wrong, and the last one belongs to the till's customer, who is older
    shop.deliver("clickstream/events/late.csv", [event("3", "10:00:00"), event("5", "12:00:00", user_id="7")])
    assert not shop.night(AS_OF).is_full
    assert shop.ask(SESSIONS)[:-1] == [
        (inferred_session("10:00:00"), 2, f"{DAY} 10:00:00", f"{DAY} 10:20:00"),
        (inferred_session("11:00:00"), 1, f"{DAY} 11:00:00", f"{DAY} 11:00:00"),
        (inferred_session("12:00:00"), 1, f"{DAY} 12:00:00", f"{DAY} 12:00:00"),
    ]
    (after,) = shop.ask("select distinct customer_id from marts.fct_events where visitor_id = 'v'")
    assert after != before
    assert shop.ask("select distinct customer_id from marts.fct_orders") == [after]
    assert shop.ask("select count(*) from marts.fct_events where event_id is null or session_id is null") == [
        (0,)
    ]


def test_a_late_campaign_moves_the_start_of_a_session_an_hour_after_it(nightly_shop):
    shop = nightly_shop
    shop.deliver("clickstream/events/a.csv", [
        event("1", "10:00:00", utm_source="ad"), event("2", "10:25:00"), event("3", "10:50:00"),
        event("4", "11:15:00", utm_source="letter"), event("5", "12:00:00", utm_source="letter"),
    ])  # fmt: skip
    shop.night(AS_OF)
    stood = (inferred_session("12:00:00"), 1, f"{DAY} 12:00:00", f"{DAY} 12:00:00")
    assert shop.ask(SESSIONS) == [
        (inferred_session("10:00:00"), 3, f"{DAY} 10:00:00", f"{DAY} 10:50:00"),
        (inferred_session("11:15:00"), 1, f"{DAY} 11:15:00", f"{DAY} 11:15:00"),
        stood,
    ]

    # the letter led to the site before: the event of 11:15 tells nothing new, and the pause before noon ends it all
    shop.deliver("clickstream/events/late.csv", [event("6", "10:01:00", utm_source="letter")])
    assert not shop.night(AS_OF).is_full
    assert shop.ask(SESSIONS) == [
        (inferred_session("10:00:00"), 1, f"{DAY} 10:00:00", f"{DAY} 10:00:00"),
        (inferred_session("10:01:00"), 4, f"{DAY} 10:01:00", f"{DAY} 11:15:00"),
        stood,
    ]


def test_a_mended_rate_and_a_later_instant_change_what_they_touch(nightly_shop):
    shop = nightly_shop
    facts = "select (select sum(total_amount_in_base_currency) from marts.fct_orders), count(*) from marts.fct_events"
    sale = {
        "order_id": "1",
        "ordered_at": f"{DAY} 10:00:00",
        "product_id": "tea",
        "quantity": 1,
        "unit_price": 10,
    }
    shop.deliver("pos/sales/a.csv", [{**sale, "currency": "USD"}])
    shop.deliver("clickstream/events/a.csv", [event("1", "10:00:00"), event("2", "12:00:00")])
    shop.deliver("context/exchange_rates/a.csv", [{"rate_date": DAY, "currency": "USD", "rate_to_base": 0.5}])
    shop.night(datetime(2026, 5, 1, 11))
    assert shop.ask(facts) == [(5, 1)]

    shop.deliver("context/exchange_rates/b.csv", [{"rate_date": DAY, "currency": "USD", "rate_to_base": 0.6}])
    assert not shop.night(datetime(2026, 5, 1, 13)).is_full
    assert shop.ask(facts) == [(6, 2)]

    assert shop.night(datetime(2026, 5, 1, 11)).is_full
    assert shop.ask(facts) == [(6, 1)]
