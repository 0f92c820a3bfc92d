"""Orders, lines, events and segments of the small shop, counted by hand."""

from __future__ import annotations

import pytest


def test_lines_come_from_the_latest_file_and_alike_lines_all_stay(ask):
    query = "select product_id, quantity, line_amount from marts.fct_order_lines where order_id = '100' order by all"
    assert ask(query) == [("mug", 1, 10), ("tea", 1, 10), ("tea", 1, 10)]


def test_no_line_is_lost_or_doubled_between_staging_and_facts(ask):
    facts = "select order_id, product_id, quantity, unit_price from marts.fct_order_lines"
    lines = "select order_id, product_id, quantity, unit_price from intermediate.int_order_lines_unioned"
    assert ask(f"({facts} except all {lines}) union all ({lines} except all {facts})") == []


@pytest.mark.parametrize(
    ("order_id", "total", "in_base", "net", "is_return"),
    [
        ("100", 30, 30, 30, False),  # the base currency, which has no rates
        ("101", 24, 12, 0, True),  # no total given, cancelled in its latest version
        ("102", 8, None, None, False),  # the first rate comes five days later
        ("C9", -6, -6, -6, True),  # nothing but negative lines
        ("W1", 22, 11, 11, False),  # only events tell of it; dollars
    ],
)
def test_an_order_has_its_total_its_value_and_its_return(ask, order_id, total, in_base, net, is_return):
    columns = "total_amount, total_amount_in_base_currency, net_amount_in_base_currency, is_return"
    assert ask(f"select {columns} from marts.fct_orders where order_id = '{order_id}'") == [
        (total, in_base, net, is_return)
    ]


def test_an_order_that_only_events_report_is_one_order_of_the_feed_that_tells_most_and_of_its_user(ask):
    query = "select feed, channel, ordered_at::varchar, currency, customer_id from marts.fct_orders "
    ((bob,),) = ask("select distinct customer_id from marts.customer_identities where source_record_id = '2'")
    assert ask(query + "where order_id = 'W1'") == [
        ("clickstream/events", "web", "2024-02-22 12:00:00", "USD", bob)
    ]


def test_items_of_an_event_are_its_orders_lines_once_however_often_the_page_was_loaded(ask):
    query = "select product_id, quantity, unit_price, line_amount from marts.fct_order_lines where order_id = 'W1'"
    assert ask(query + " order by product_id") == [("cup", 2, 7, 12), ("tea", 1, 10, 10)]


def test_a_purchase_that_a_till_reports_stays_an_event(ask):
    assert ask("select feed from marts.fct_orders where order_id like '100%'") == [("pos/orders",)]
    assert ask("select count(*) from marts.fct_events where event_name = 'purchase'") == [(4,)]


def test_revenue_is_net_of_returns(ask):
    query = """
        select order_count, total_revenue, average_order_value, recency_days from marts.customer_features
        where customer_id = (select customer_id from marts.fct_orders where order_id = '100')
    """
    assert ask(query) == [(1, 24, 24, 20)]


def test_products_are_the_catalogue_and_what_was_sold_besides(ask):
    query = "select product_id, name, price, is_active from marts.dim_products order by product_id"
    assert ask(query) == [
        ("cup", "Cup", 7, True), ("mug", "Mug", 12, False), ("sock", "Sock", 3, True), ("tea", "Tea", 10, True)
    ]  # fmt: skip


def test_a_repeated_event_counts_once_with_and_without_an_id(ask):
    query = "select event_name, count(*) from marts.fct_events where visitor_id = 'ann' group by 1 order by 1"
    assert ask(query) == [("add_to_cart", 1), ("view_item", 4)]


def test_views_and_a_cart_without_a_purchase_are_high_intent_from_the_moment_both_held(ask):
    query = "select entered_at::varchar, is_primary, computed_at::varchar, run_id from activation.segment_memberships "
    assert ask(query + "where segment = 'high_intent_visitors'") == [
        ("2024-02-28 10:20:00", True, "2030-01-01 00:00:00", "run_1")
    ]


def test_every_member_has_exactly_one_primary_segment(ask):
    query = (
        "select count(*) filter (where is_primary) from activation.segment_memberships group by customer_id"
    )
    assert {primaries for (primaries,) in ask(query)} == {1}
