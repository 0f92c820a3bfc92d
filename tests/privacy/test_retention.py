"""Rows that are older than they may be go; what stays is as if they had never come."""

from __future__ import annotations

from datetime import datetime

import pytest
from shop import Shop

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.privacy.audit import read_audit
from dagster_project.lib.privacy.privacy_settings import load_privacy_settings
from dagster_project.lib.privacy.retention import expire_rows

EVENTS = "event_id,occurred_at,visitor_id,event_name,order_id,page_url\n"


def expire(shop: Shop, as_of: str, now: str = "2026-07-01"):
    settings = load_privacy_settings(shop.folder / "config")
    with warehouse.connect(shop.database) as connection:
        feeds = load_feeds(shop.landing, shop.folder / "config")
        moments = [datetime.fromisoformat(text) for text in (as_of, now)]
        return expire_rows(connection, shop.landing, feeds, settings.retention, moments[0], moments[1])


@pytest.fixture
def old_shop(shop: Shop) -> Shop:
    (shop.folder / "config").mkdir()
    (shop.folder / "config" / "privacy.yml").write_text(
        "retention: {clickstream/events: 100, pos/orders: 30}\n"
    )
    shop.write(
        "clickstream/events/a.csv",
        EVENTS
        + "e1,2026-01-01,v1,page_view,,https://x.org/?mail=a\ne2,2026-01-02,v1,purchase,o9,https://x.org/?mail=a\n"
        + "e3,2026-03-23 00:00,v2,page_view,,\ne4,2026-06-01,v1,page_view,,\n",
    )
    shop.write("clickstream/events/b.csv", EVENTS + "e5,2025-12-31,v3,page_view,,\n")
    shop.write(
        "pos/orders/a.csv",
        "order_id,ordered_at,customer_id,email,total_amount\no1,2026-05-01,c1,a@x.org,10\no2,2026-06-30,c1,a@x.org,5\n",
    )
    shop.ingest()
    return shop


def test_the_audit_tells_what_is_overdue_until_a_night_has_removed_it(old_shop):
    kept = load_privacy_settings(old_shop.folder / "config").retention

    def overdue():
        with warehouse.connect(old_shop.database) as connection:
            warehouse.begin_night(connection, "run", datetime(2026, 7, 1), datetime(2026, 7, 1))
            return [tuple(row.values()) for row in read_audit(connection, {}, kept).overdue]

    assert overdue() == [
        ("clickstream/events", 100, 3, datetime(2025, 12, 31)), ("pos/orders", 30, 1, datetime(2026, 5, 1)),
    ]  # fmt: skip
    expire(old_shop, "2026-07-01")
    assert overdue() == []


def test_what_is_older_than_its_days_goes_and_orders_stay_as_nobodys(old_shop):
    expired = expire(old_shop, "2026-07-01")
    assert (expired.rows, expired.orders, expired.files) == (2, 2, 3)
    events = "select event_id, starts_with(visitor_id, 'anonymous-'), page_url from raw.clickstream_events order by 1"
    assert old_shop.ask(events) == [("e2", True, None), ("e3", False, None), ("e4", False, None)]
    orders = "select order_id, customer_id, email, total_amount::integer from raw.pos_orders order by 1"
    assert old_shop.ask(orders) == [("o1", None, None, 10), ("o2", "c1", "a@x.org", 5)]
    assert not (old_shop.landing / "clickstream" / "events" / "b.csv").exists()
    assert "mail=a" not in (old_shop.landing / "clickstream" / "events" / "a.csv").read_text()
    again = expire(old_shop, "2026-07-01")
    assert (again.rows, again.orders, again.files) == (0, 0, 0)
    assert old_shop.ingest() == 0
    assert old_shop.ask(
        "select count(*) from raw.clickstream_events where starts_with(visitor_id, 'anonymous-')"
    ) == [(1,)]


@pytest.mark.parametrize(("as_of", "now", "left"), [
    ("2026-04-01", "2026-07-01", 5), ("2030-01-01", "2026-07-01", 3), ("2026-07-01", "2026-04-10 00:00:01", 4),
    ("2026-07-02 00:00:01", "2027-01-01", 2), ("2026-04-12 00:00:01", "2027-01-01", 3),
])  # fmt: skip
def test_it_counts_from_the_nights_instant_and_never_from_a_time_to_come(old_shop, as_of, now, left):
    """The event of March 23 is a hundred days old on July 1: it may stay so long."""
    expire(old_shop, as_of, now)
    whole = "select count(*) from raw.clickstream_events where not starts_with(visitor_id, 'anonymous-')"
    kept = "select count(*) from raw.clickstream_events where starts_with(visitor_id, 'anonymous-')"
    assert old_shop.ask(f"select ({whole}) + ({kept})") == [(left,)]


@pytest.mark.parametrize(("text", "said"), [
    ("retention: {clickstream/event: 3}", "clickstream/event is none of .*clickstream/events"),
    ("retention: {pos/order_lines: 3}", "pos/order_lines is none of"),
    ("retention: {pos/orders: 0}", "line 1"),
])  # fmt: skip
def test_a_table_without_times_or_days_is_refused(tmp_path, text, said):
    (tmp_path / "privacy.yml").write_text(text)
    with pytest.raises(KindredError, match=said):
        load_privacy_settings(tmp_path)
