"""What many people share makes nobody of them one, measured on the sample by its labels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

# as exports have them: a team's address in the place of fifty customers' own, and a family name's as well; a till that
# types one number for every order, once an obvious placeholder and once a real one; a device that forty people use
SPOILS = """
create temp table ids as
select customer_id, row_number() over (order by md5(customer_id)) as place
from (select distinct customer_id from raw.crm_customers);
update raw.crm_customers set email = 'team@shop.example'
where customer_id in (select customer_id from ids where place <= 50);
update raw.crm_customers set email = 'carter@shop.example'
where customer_id in (select customer_id from ids where place between 51 and 100);

create temp table orders as
select order_id, row_number() over (order by md5(order_id)) as place
from (select distinct order_id from raw.pos_orders where customer_id is null and loyalty_id is null);
update raw.pos_orders set phone = '000-0000'
where order_id in (select order_id from orders where place <= 200);
update raw.pos_orders set phone = '+44 20 7946 0000'
where order_id in (select order_id from orders where place between 201 and 400);

create temp table users as
select user_id, row_number() over (order by md5(user_id)) as place
from (select distinct user_id from raw.clickstream_events where user_id is not null);
insert into raw.clickstream_events by name
select
    'kiosk.' || users.place as event_id, 'kiosk' as visitor_id, users.user_id,
    event.* exclude (event_id, visitor_id, user_id)
from users, (from raw.clickstream_events order by event_id limit 1) as event
where users.place <= 40;
"""
CLUSTERS = "intermediate.int_identity_clusters_connected"


@pytest.fixture(scope="module")
def clean(sample_night) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's warehouse."""
    database = sample_night.data_dir / "warehouse" / "kindred.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def spoilt(project, sample_night) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's exports with what is shared put in, and who is who by them."""
    database = sample_night.data_dir / "warehouse" / "kindred.duckdb"
    project.release()
    project.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(f"attach '{database}' as sample (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'sample' and schema_name in ('raw', 'operations')"
        ).fetchall()
        for schema, table in tables:
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create table {schema}.{table} as from sample.{schema}.{table}")
        connection.execute("detach sample")
        connection.execute(SPOILS)
    assert project.invoke("run", "--full-refresh", "--select", "+int_identity_clusters_connected") == []
    project.release()
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        yield connection


def precision(connection: duckdb.DuckDBPyConnection, truth: Path) -> float:
    """Of the pairs of labelled records that are one customer, the share that are one person."""
    ((same, joined),) = connection.execute(f"""
        with records as (
            select clusters.cluster_key, truth.person_id, count(*) as records
            from {CLUSTERS} as clusters
            join '{truth}/records.parquet' as truth
                on clusters.record_key
                = concat_ws('|', truth.source || '/' || truth.source_table, truth.record_kind, truth.source_record_id)
            where not truth.is_shared
            group by all
        ), clusters as (select cluster_key, sum(records) as records from records group by all)
        select
            (select sum(records * (records - 1) // 2) from records),
            (select sum(records * (records - 1) // 2) from clusters)
    """).fetchall()
    assert joined > 5000
    return same / joined


def largest(connection: duckdb.DuckDBPyConnection) -> int:
    query = f"select max(records) from (select count(*) as records from {CLUSTERS} group by cluster_key)"
    return connection.execute(query).fetchall()[0][0]


def test_what_many_share_is_there(spoilt):
    shared = spoilt.execute("""
        select match_key, count(*) >= 50 from intermediate.int_identifiers_collected
        where match_key in ('team@shop.example', 'carter@shop.example', '442079460000') group by all order by all
    """).fetchall()
    assert shared == [("442079460000", True), ("carter@shop.example", True), ("team@shop.example", True)]
    users = "select users from intermediate.int_visitors_shared where record_key like '%|kiosk'"
    assert spoilt.execute(users).fetchall() == [(40,)]


def test_no_customer_grows_by_it(clean, spoilt):
    assert largest(spoilt) <= largest(clean)


def test_as_many_of_those_found_to_be_one_are_one(clean, spoilt, sample_truth):
    assert precision(spoilt, sample_truth) > precision(clean, sample_truth) - 0.002


def test_the_device_is_nobodys(spoilt):
    records = spoilt.execute(f"""
        select record_key like '%|kiosk' from {CLUSTERS}
        where cluster_key = (select cluster_key from {CLUSTERS} where record_key like '%|kiosk')
    """).fetchall()
    assert records == [(True,)]
