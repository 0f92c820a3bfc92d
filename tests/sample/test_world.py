"""The invented world holds together, and what was planted in it can be found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dagster_project.lib.sample.truth import RECORDS, oracle_sql

Query = Callable[[str], list[tuple]]

# whose an order is: the truth names guests' orders; other orders carry a customer's or a card's number
GUESTS = (
    "(select source_record_id as order_id, person_id from truth_records where record_kind = 'guest_order')"
)


def test_order_lines_and_orders_refer_to_each_other(query: Query) -> None:
    assert query(
        "select count(*) from pos_order_lines where order_id not in (select order_id from pos_orders)"
    ) == [(0,)]
    assert query(
        "select count(*) from pos_orders where order_id not in (select order_id from pos_order_lines)"
    ) == [(0,)]


def test_all_lines_of_one_version_of_an_order_stand_in_one_file(query: Query) -> None:
    """An order's total is the sum of its lines in the month's file, so no line strayed."""
    strayed = query(r"""
        with lines as (
            select regexp_extract(filename, '\d{4}-\d\d') as month, order_id,
                sum(try_cast(quantity as double) * unit_price::double - coalesce(discount_amount::double, 0)) as amount
            from pos_order_lines where filename not like '%resent%' group by all
        ), orders as (
            select regexp_extract(filename, '\d{4}-\d\d') as month, order_id, total_amount::double as total_amount
            from pos_orders where status <> 'cancelled'
        )
        select order_id from orders left join lines using (month, order_id)
        where coalesce(abs(amount - total_amount), 1) > 0.005
    """)
    assert strayed == query(
        "select split_part(record_id, '/', 1) from truth_faults where detail = 'quantity'"
    )


def test_everything_sold_or_viewed_is_in_the_catalogue_but_for_the_pop_up_store(query: Query) -> None:
    unknown = "product_id not in (select product_id from products_catalog)"
    for table in ("pos_order_lines", "clickstream_events", "products_reviews"):
        assert query(f"select count(*) from {table} where product_id is not null and {unknown}") == [(0,)], (
            table
        )
    assert query(f"select distinct product_id from pos_sales where {unknown}") == [("POPUP-GIFT-WRAP",)]


def test_a_purchase_event_names_a_web_order_with_the_same_total(query: Query) -> None:
    assert query("""
        select count(*) > 500, count_if(o.order_id is null or abs(e.price - o.total) > 0.005)
        from (select distinct order_id, price from clickstream_events where event_name = 'purchase') as e
        left join (select order_id, arg_min(total_amount::double, updated_at) as total from pos_orders group by 1) as o
            using (order_id)
    """) == [(True, 0)]


def test_nothing_happens_after_the_end(query: Query) -> None:
    for table, column in [
        ("clickstream_events", "occurred_at"),
        ("pos_orders", "updated_at"),
        ("pos_sales", "ordered_at"),
        ("email_events", "occurred_at"),
        ("consents_decisions", "decided_at"),
        ("crm_interactions", "occurred_at"),
        ("crm_surveys", "answered_at"),
        ("products_reviews", "reviewed_at"),
    ]:
        last = f"select max(try_cast({column}::varchar as timestamp)) <= timestamp '2026-06-30 23:59:59' from {table}"
        assert query(last) == [(True,)], table


def test_what_cannot_be_parsed_is_listed_and_nothing_else(query: Query) -> None:
    assert query("select feed, detail from truth_faults where kind = 'rejected_row' order by all") == [
        ("clickstream/events", "occurred_at"),
        ("pos/order_lines", "quantity"),
    ]
    assert query("select count(*) from pos_order_lines where try_cast(quantity as double) is null") == [(1,)]
    assert query(
        "select count(*) from clickstream_events where try_cast(occurred_at as timestamp) is null"
    ) == [(1,)]


def test_events_delivered_twice_are_the_listed_ones(query: Query) -> None:
    twice = query("select event_id from clickstream_events group by 1 having count(*) > 1 order by 1")
    assert len(twice) > 20
    assert twice == query(
        "select record_id from truth_faults where kind = 'event_delivered_twice' order by 1"
    )


def test_the_truth_covers_every_record(query: Query) -> None:
    clickstream = [
        ("clickstream", "events", kind, column, "true")
        for kind, column in (("visitor", "visitor_id"), ("user", "user_id"), ("email", "lower(email)"))
    ]
    for source, table, kind, column, condition in RECORDS + clickstream:
        assert query(f"""
            select count(*) from {source}_{table}
            where {column} is not null and {condition} and {column}::varchar not in (
                select source_record_id from truth_records
                where source = '{source}' and source_table = '{table}' and record_kind = '{kind}')
        """) == [(0,)], (source, table, kind)


def test_some_persons_have_several_customer_records_and_some_records_several_persons(query: Query) -> None:
    assert query("""
        select count(*) > 30 from (
            select person_id from truth_records where record_kind = 'customer' and source_table = 'customers'
            group by 1 having count(*) > 1)
    """) == [(True,)]
    assert query(
        "select count_if(is_shared) > 5, count_if(is_shared <> (person_id is null)) from truth_records"
    ) == [(True, 0)]
    assert query("""
        select count(*) from truth_records where person_id not in (select person_id from truth_persons)
    """) == [(0,)]


def test_purchases_follow_the_planted_tastes(query: Query) -> None:
    """The mean affinity of the categories bought is several times that of a category drawn at random (1/12)."""
    [(affinity,)] = query(f"""
        select avg(t.affinity) from {GUESTS} join pos_order_lines using (order_id)
        join truth_products as p using (product_id) join truth_tastes as t using (person_id, category)
    """)
    assert affinity > 3 / 12


def test_the_oracle_is_a_distribution_and_beats_popularity(shop: Path, query: Query) -> None:
    oracle = oracle_sql(shop)
    assert query(f"""
        select count(*), count_if(abs(total - 1) > 0.001)
        from (select sum(probability) as total from ({oracle}) group by person_id)
    """) == [(900, 0)]
    [(by_oracle, by_popularity)] = query(f"""
        with bought as (select distinct person_id, product_id from {GUESTS} join pos_order_lines using (order_id)),
        best as (
            select person_id, product_id from ({oracle})
            qualify row_number() over (partition by person_id order by probability desc) <= 10
        ), popular as (select product_id from bought group by 1 order by count(*) desc, 1 limit 10)
        select avg(((person_id, product_id) in (from best))::integer), avg((product_id in (from popular))::integer)
        from bought
    """)
    assert by_oracle > 1.5 * by_popularity


def test_the_planted_experiment_has_its_effect_and_even_groups(query: Query) -> None:
    control, nudge = query("""
        select units, converted_units / units from truth_experiments
        where experiment_id = 'checkout_nudge' order by variant_id
    """)
    assert nudge[1] > 1.2 * control[1]
    units = control[0] + nudge[0]
    assert abs(control[0] - nudge[0]) < 4 * units**0.5
    assert query("select count(*) from experiments_exposures where experiment_id = 'checkout_nudge'") == [
        (units,)
    ]


def test_clusters_behave_as_planted(query: Query) -> None:
    """Weekend shoppers buy at weekends; the lapsing have stopped by May."""
    found = query(f"""
        select cluster, avg((isodow(ordered_at::timestamp) >= 6)::integer), max(ordered_at)
        from {GUESTS} join pos_orders using (order_id) join truth_persons using (person_id)
        where status = 'completed' group by 1
    """)
    at_weekends = {cluster: share for cluster, share, _ in found}
    last_order = {cluster: last for cluster, _, last in found}
    assert at_weekends["weekend_shopper"] > 2 * at_weekends["loyal_regular"]
    assert last_order["lapsing"] < "2026-05" < last_order["loyal_regular"]


def test_mailboxes_stand_on_domains_reserved_for_examples(query: Query) -> None:
    reserved = r"regexp_matches(lower(email), '^[a-z0-9._-]+@([a-z0-9-]+\.)?example\.(com|net|org)$')"
    for table in (
        "crm_customers",
        "pos_orders",
        "pos_sales",
        "email_events",
        "clickstream_events",
        "products_reviews",
    ):
        assert query(f"select count(email) > 0, count_if(not {reserved}) from {table}") == [(True, 0)], table
