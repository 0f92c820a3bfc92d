"""Purchases of a real shop that has no till: the orders are those that its events name, each once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

DATA = (
    Path(__file__).resolve().parents[2].parent
    / "shared"
    / "data"
    / "ga4"
    / "ga4_events_sampled.snappy.parquet"
)
EVENTS = """
    with source as (
        select *, map_from_entries(list_transform(event_params, lambda p: (p.key, p.value))) as params from '{}'
    )
    select
        make_timestamp(event_timestamp) as occurred_at, user_pseudo_id as visitor_id, event_name,
        coalesce(params['transaction_id'].string_value, params['transaction_id'].int_value::varchar) as order_id,
        coalesce(params['value'].double_value, params['value'].int_value) as value,
        params['currency'].string_value as currency, items
    from source
"""


@pytest.fixture(scope="module")
def shop(project, request: pytest.FixtureRequest) -> Path:
    """The shop's warehouse, built of its events alone."""
    if not DATA.exists():
        pytest.skip("the GA4 sample is not beside this checkout (../shared/data/ga4)")
    create_sources = request.getfixturevalue("create_sources")

    def fill(connection: duckdb.DuckDBPyConnection) -> None:
        create_sources(connection, {}, "2021-02-01")
        connection.execute(f"""
            insert into raw.clickstream_events (
                occurred_at, visitor_id, event_name, order_id, parameters, _feed, _file_id, _row_number
            )
            select
                occurred_at, visitor_id, event_name, order_id,
                to_json({{'value': value, 'currency': currency, 'items': items}}), 'clickstream/events', 1,
                row_number() over ()
            from ({EVENTS.format(DATA)})
        """)

    return project.build(fill, "ga4", command="run")


def test_orders_are_the_transactions_of_the_export_at_their_value_once_however_often_a_page_was_loaded(shop):
    with duckdb.connect() as connection:
        (events, transactions, value) = connection.execute(f"""
            select sum(events)::int, count(*), round(sum(value), 2) from (
                select order_id, count(*) as events, max(value) as value from ({EVENTS.format(DATA)})
                where event_name = 'purchase' and order_id is not null group by 1
            )
        """).fetchone() or (0, 0, 0)
    assert (events, transactions, value) == (575, 569, 41_239.16)
    with duckdb.connect(str(shop), read_only=True) as connection:
        orders = connection.execute("""
            select count(*), round(sum(total_amount), 2), count(distinct order_id), count(customer_id)
            from marts.fct_orders
        """).fetchone()
        bought = connection.execute("select sum(order_count) from marts.customer_features").fetchone()
    assert orders == (transactions, value, transactions, transactions)
    assert bought == (transactions,)
