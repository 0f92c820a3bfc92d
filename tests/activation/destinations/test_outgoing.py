"""Rows, documents and files of those who said no since the night: what is taken away, what stays, what comes back."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime

import duckdb
import psycopg
import pytest
import redis

from dagster_project.lib.activation.destinations.audiences import AudienceDestination
from dagster_project.lib.activation.destinations.files import FilesDestination
from dagster_project.lib.activation.destinations.postgres_tables import PostgresDestination
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination
from dagster_project.lib.activation.destinations.sending import send
from dagster_project.lib.common.errors import KindredError
from tests.activation.destinations import test_audiences, test_redis

AT = datetime(2026, 7, 1, 6)
LISTS, MEMBERS = "activation.customer_recommendations", "activation.segment_memberships"
CONSENTS = "marts.customer_consents"
EVERYBODY = """
    select 'c_' || c as customer_id, 'for_you' as list_name, r::integer as rank, 'p_' || r as product_id
    from range(1, 4) as c(c), range(200) as r(r)
"""
"""Three customers with two hundred rows each."""
GRANTED = """
    select 'c_' || c as customer_id, purpose, 'granted' as status, true as is_default, null::timestamp as decided_at
    from range(1, 4) as c(c), (values ('personalization'), ('marketing_email')) as p(purpose)
"""
KEYS = {LISTS: ("customer_id", "list_name", "rank"), MEMBERS: ("customer_id", "segment")}


def against(*customers, purpose="personalization"):
    return {(customer, purpose): AT for customer in customers}


@pytest.fixture
def published(new_snapshot):
    return new_snapshot(
        {
            LISTS: (EVERYBODY, KEYS[LISTS]),
            MEMBERS: ("select 'c_' || unnest([1, 2, 3]) as customer_id, 'new' as segment", KEYS[MEMBERS]),
            CONSENTS: (GRANTED, ("customer_id", "purpose")),
        }
    )


@pytest.fixture
def shop(postgres_url):
    """A PostgreSQL with nothing in it of other tests."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema if exists kindred cascade")
    return PostgresDestination(name="shop", kind="postgres", url=postgres_url, tables=[LISTS], attempts=1)


def customers_at(postgres_url):
    with psycopg.connect(postgres_url) as connection:
        found = connection.execute("select distinct customer_id from kindred.customer_recommendations")
        return {customer for (customer,) in found.fetchall()}


def send_one(published, destination, **how):
    (delivery,) = send(published.snapshot, destination, **how)
    return delivery


def test_rows_of_who_said_no_go_however_many_and_come_back_when_they_say_yes(published, shop, postgres_url):
    assert send_one(published, shop).added == 600
    for left in (["c_1", "c_2"], ["c_1", "c_2", "c_3"]):
        published.denials = against(*left)
        delivery = send_one(published, shop)
        assert (delivery.status, delivery.removed % 200, delivery.added) == ("delivered", 0, 0)
        assert customers_at(postgres_url) == {"c_1", "c_2", "c_3"} - {*left}
        assert send_one(published, shop).status == "unchanged"
    published.denials = {}
    delivery = send_one(published, shop)
    assert (delivery.status, delivery.added, delivery.removed) == ("delivered", 600, 0)
    assert send_one(published, shop).status == "unchanged"


def test_a_no_that_the_night_heeded_is_no_reason_to_refuse_either(published, shop, postgres_url):
    send_one(published, shop)
    published.replace(LISTS, f"select * from ({EVERYBODY}) where customer_id = 'c_3'")
    assert send_one(published, shop, dry_run=True).status == "refused"
    published.replace(CONSENTS, GRANTED.replace("'granted'", "if(c < 3, 'denied', 'granted')"))
    assert send_one(published, shop).status == "delivered"
    assert customers_at(postgres_url) == {"c_3"}


def test_a_source_that_lost_rows_of_others_is_refused_though_some_said_no(published, shop, postgres_url):
    send_one(published, shop)
    published.denials = against("c_1")
    published.replace(LISTS, f"select * from ({EVERYBODY}) where customer_id = 'c_1'")
    delivery = send_one(published, shop)
    assert (delivery.status, delivery.reason) == (
        "refused",
        "the source is empty and all 400 rows would be removed",
    )
    assert delivery.removed == 200, "who said no goes in any case"
    assert customers_at(postgres_url) == {"c_2", "c_3"}
    assert send_one(published, shop, allow_removals=True).status == "delivered"
    assert customers_at(postgres_url) == set()


@pytest.mark.parametrize("purpose", ["advertising", "marketing_email", "sale_or_sharing"])
def test_who_said_no_to_something_else_keeps_their_recommendations(published, shop, postgres_url, purpose):
    send_one(published, shop)
    published.denials = against("c_1", purpose=purpose)
    assert send_one(published, shop).status == "unchanged"


def test_documents_lose_recommendations_and_keep_what_a_night_would_leave(new_snapshot, redis_url):
    published = new_snapshot(test_redis.TABLES)
    published.replace(MEMBERS, "select 'c_2' as customer_id, 'new' as segment, true as is_primary")
    site = RedisDestination(name="site", kind="redis", url=redis_url, attempts=1)
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        client.flushdb()
        send_one(published, site)
        assert test_redis.read(client, "customer:c_1")["recommendations"]
        published.denials = against("c_1", "c_2")
        delivery = send_one(published, site)
        assert (delivery.status, delivery.removed) == ("delivered", 1)
        assert not test_redis.read(client, "customer:c_1")
        assert test_redis.read(client, "customer:c_2")["segments"] == ["new"]
        published.denials = {}
        assert send_one(published, site).added == 1
        assert test_redis.read(client, "customer:c_1")["recommendations"]


def test_documents_of_everybody_go_where_everybody_said_no(new_snapshot, redis_url):
    published = new_snapshot(test_redis.TABLES)
    for table in test_redis.TABLES.keys() - {LISTS}:
        published.replace(table, f"select * from ({test_redis.TABLES[table][0]}) where false")
    site = RedisDestination(name="site", kind="redis", url=redis_url, attempts=1)
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        client.flushdb()
        assert send_one(published, site).added == 1
        published.denials = against("c_1")
        assert (send_one(published, site).status, test_redis.read(client, "customer:c_1")) == (
            "delivered",
            None,
        )


def test_files_of_lists_and_of_consents_say_what_is_known_now_and_others_what_the_night_knew(published):
    lake = FilesDestination(name="lake", folder="lake", format="parquet", tables=[LISTS, MEMBERS, CONSENTS])

    def statuses():
        return [delivery.status for delivery in send(published.snapshot, lake)]

    def read(table, query):
        return duckdb.sql(query.format(f"'{published.folder}/lake/{table}.parquet'")).fetchall()

    # who said no before the night said it then, whatever they repeat
    before = "select 'c_4', 'personalization', 'denied', false, timestamp '2026-06-30 23:00:00'"
    published.replace(CONSENTS, f"{GRANTED} union all {before}")
    assert statuses() == ["delivered"] * 3
    published.denials = against("c_1", "c_4")
    assert statuses() == ["delivered", "unchanged", "delivered"]
    assert statuses() == ["unchanged"] * 3
    assert read("customer_recommendations", "select distinct customer_id from {} order by 1") == [
        ("c_2",),
        ("c_3",),
    ]
    denied = "select customer_id, purpose, is_default, decided_at from {} where status = 'denied' order by 1"
    assert read("customer_consents", denied) == [
        ("c_1", "personalization", False, AT),
        ("c_4", "personalization", False, datetime(2026, 6, 30, 23)),
    ]
    assert read("customer_consents", "select count(*) from {} where is_default") == [(5,)]
    published.denials = {}
    assert statuses() == ["delivered", "unchanged", "delivered"]
    assert read("customer_recommendations", "select count(*) from {}") == [(600,)]


def test_mail_tools_are_told_no_products_of_who_is_against_them_and_their_segments_still(new_snapshot):
    published = new_snapshot(test_audiences.TABLES)
    published.denials = against("c_1") | against("c_2", purpose="marketing_email")
    send(
        published.snapshot,
        AudienceDestination(name="tool", kind="audience", layout="klaviyo", folder="lists"),
    )
    rows = list(csv.DictReader((published.folder / "lists" / "customers.csv").open()))
    told = {row["Email"]: (row["Segments"], row["Recommended Products"]) for row in rows}
    assert told == {"Ann.Marie@GMail.com": ("new, vip", ""), "di@example.org": ("new", "")}


def test_where_who_said_no_is_not_known_only_what_no_denial_changes_is_sent(published):
    def fail(folder):
        raise KindredError("landing cannot be read", "mend it")

    snapshot = replace(published.snapshot, read_denials=fail)
    alone = FilesDestination(name="alone", folder="alone", tables=[MEMBERS])
    both = FilesDestination(name="both", folder="both", tables=[MEMBERS, LISTS])
    assert [delivery.status for delivery in send(snapshot, alone)] == ["delivered"]
    (failed,) = send(snapshot, both)
    assert (failed.status, failed.reason) == ("failed", "landing cannot be read; mend it.")
    assert not (published.folder / "both").exists()
