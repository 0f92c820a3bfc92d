"""Whatever arrives night after night, the facts are those of a warehouse that is made anew from the same rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

BEGIN = datetime(2026, 5, 1, 12)
ORDER_IDS = st.sampled_from(["1", "2", "3", "4"])
# Steps of ten minutes within two and a half hours, on either of two days: most gaps are near the limit of 30.
MOMENTS = st.builds(
    lambda step, day: BEGIN + timedelta(days=day, minutes=10 * step),
    st.integers(0, 15), st.sampled_from([0, 0, 0, 1]),
)  # fmt: skip


def rarely(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Mostly nothing."""
    return st.one_of(st.just(""), st.just(""), values)


def rows_of(least: int = 1, **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(columns), min_size=least, max_size=least + 8)


PEOPLE = {
    "customer_id": rarely(st.sampled_from(["7", "8"])),
    "email": rarely(st.sampled_from(["a@x.org", "b@x.org"])),
}
FILES = {
    "clickstream/events": rows_of(
        least=5,
        event_id=st.sampled_from(["", *(f"e{number}" for number in range(20))]),
        occurred_at=MOMENTS,
        visitor_id=st.sampled_from(["v", "v", "w"]),
        event_name=st.sampled_from(["view_item", "purchase"]),
        session_id=st.sampled_from(["", "", "", "", "s"]),
        user_id=rarely(st.sampled_from(["7", "8"])),
        email=rarely(st.sampled_from(["a@x.org", "b@x.org"])),
        order_id=rarely(ORDER_IDS),
        product_id=st.sampled_from(["tea", "mug"]),
        category=rarely(st.sampled_from(["drinks", "cups"])),
        price=st.sampled_from([1, 2]),
        utm_source=rarely(st.sampled_from(["ad", "letter"])),
        page_url=st.sampled_from(["", "https://x.org/a", "https://x.org/b/"]),
        referrer_url=rarely(st.sampled_from(["https://x.org/", "https://www.google.com/"])),
    ),
    "products/catalog": rows_of(
        product_id=st.sampled_from(["tea", "mug"]),
        name=st.just("thing"),
        category=st.sampled_from(["", "drinks", "cups"]),
        updated_at=MOMENTS,
    ),
    "pos/orders": rows_of(
        order_id=ORDER_IDS,
        ordered_at=MOMENTS,
        updated_at=MOMENTS,
        currency=st.sampled_from(["", "EUR", "USD"]),
        status=rarely(st.just("cancelled")),
        **PEOPLE,
    ),
    "pos/order_lines": rows_of(
        order_id=ORDER_IDS,
        product_id=st.sampled_from(["tea", "mug"]),
        quantity=st.sampled_from([1, -1]),
        unit_price=st.sampled_from([1, 2]),
    ),
    "pos/sales": rows_of(
        order_id=ORDER_IDS,
        ordered_at=MOMENTS,
        product_id=st.just("tea"),
        quantity=st.sampled_from([1, -1]),
        unit_price=st.sampled_from([1, 2]),
        **PEOPLE,
    ),
    "context/exchange_rates": rows_of(
        rate_date=st.sampled_from(["2026-05-01", "2026-05-02"]),
        currency=st.sampled_from(["USD", "USD", "EUR"]),
        rate_to_base=st.sampled_from([0.9, 1]),
    ),
}
# Two names a feed, so that about every second file takes the place of one that came before.
DELIVERY = st.sampled_from(sorted(FILES)).flatmap(
    lambda feed: st.tuples(st.just(feed), st.sampled_from(["one", "two"]), FILES[feed])
)
EVENTS = st.tuples(
    st.just("clickstream/events"), st.sampled_from(["one", "two"]), FILES["clickstream/events"]
)
NIGHT = st.tuples(EVENTS, st.lists(DELIVERY, max_size=3), st.sampled_from([0, 60, 120, 180, 1440, 2880]))


@settings(
    max_examples=2, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(nights=st.lists(NIGHT, min_size=5, max_size=5))
def test_nights_one_after_the_other_end_as_if_everything_were_made_anew(new_nightly_shop, nights):
    shop = new_nightly_shop()
    as_of = BEGIN
    increments = []
    for events, others, minutes in nights:
        as_of += timedelta(minutes=minutes)
        for feed, name, rows in [events, *others]:
            shop.deliver(f"{feed}/{name}.csv", rows)
        increments.append(shop.night(as_of))
    assert [increment.is_full for increment in increments] == [True, False, False, False, False]
    assert shop.facts() == shop.made_anew().facts()
