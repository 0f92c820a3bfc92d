"""A night over Google's public sample of a real shop's GA4 export: no event is lost, none is counted twice.

The data set's own figures: 24,219 events, of them 624 purchases, none alike in content but without ids of their own. It
is a sample of single events out of 4.3 million, so its sessions are fragments and are not counted here.
"""

from __future__ import annotations

import pytest
from layouts import PUBLIC


@pytest.fixture(scope="module")
def night(shared_data, layouts_night):
    """Published tables of one night over the export among others: its `files` and `events`, and itself as `export`."""
    shared_data("ga4")
    feed, export = PUBLIC["ga4"]
    connection = layouts_night.cursor()
    connection.execute("use published")
    connection.execute(f"""
        create temp view files as select * from quality.ingested_files where starts_with(file_path, '{feed}/');
        create temp view events as select * from marts.fct_events where feed = '{feed}'
    """)
    connection.execute(f"create temp view export as select * from '{export}'")
    yield connection
    connection.close()


def test_every_event_is_published_once(night):
    assert night.execute("""
        select rows_in, rows_loaded, rows_rejected from files
    """).fetchall() == [(24_219, 24_219, 0)]  # fmt: skip
    assert night.execute("select count(*), count(distinct event_id) from events").fetchall() == [
        (24_219, 24_219)
    ]
    assert night.execute("select count(*) from events where event_name = 'purchase'").fetchall() == [(624,)]


def test_events_keep_their_name_visitor_and_microsecond(night):
    ours = "select event_name, visitor_id, occurred_at from events"
    theirs = "select event_name, user_pseudo_id, make_timestamp(event_timestamp) from export"
    assert (
        night.execute(f"({ours} except all {theirs}) union all ({theirs} except all {ours})").fetchall() == []
    )


def test_what_purchases_were_worth_can_be_added_up_from_their_parameters(night):
    ((ours,),) = night.execute("""
        select sum((parameters->'ecommerce'->>'purchase_revenue')::double) from events
    """).fetchall()
    ((theirs,),) = night.execute("select sum(ecommerce.purchase_revenue) from export").fetchall()
    assert ours == pytest.approx(theirs)


def test_orders_are_those_that_name_one(night):
    assert night.execute("""
        select count(distinct order_id) from events
        where order_id not in (select ecommerce.transaction_id from export where ecommerce.transaction_id is not null)
            and order_id not in (
                select coalesce(p.value.string_value, p.value.int_value::varchar)
                from (select unnest(event_params) as p from export) where p.key = 'transaction_id')
    """).fetchall() == [(0,)]  # fmt: skip
    assert night.execute("""
        select count(*) from events where order_id like '(%' or product_id like '(%' or utm_source like '<%'
    """).fetchall() == [(0,)]  # fmt: skip
