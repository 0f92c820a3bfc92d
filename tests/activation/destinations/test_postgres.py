"""Tables in a PostgreSQL that really runs: types, refused rows, new columns, and what was lost there."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import psycopg
import pytest

from dagster_project.lib.activation.delivery.log import list_rejections
from dagster_project.lib.activation.destinations.postgres_tables import PostgresDestination
from dagster_project.lib.activation.destinations.sending import send

TABLE = "activation.things"
EVERY_TYPE = """
    select 'a' as id, true as flag, 1::tinyint as small, 2::integer as whole, 3::bigint as big, 4::ubigint as unsigned,
        5::hugeint as huge, 0.1::double as number, 1.25::decimal(9, 2) as amount, 'é' as text, date '2026-01-02' as day,
        timestamp '2026-01-02 03:04:05.678' as moment, timestamptz '2026-01-02 03:04:05+00' as instant,
        time '03:04:05' as hour, '{"k": [1, null]}'::json as document, [1, 2] as list, {'x': 'y'} as record,
        '\\xAB'::blob as bytes, null::varchar as nothing, 'infinity'::double as endless
"""


@pytest.fixture
def admin(postgres_url):
    """A connection of somebody else's, and no schema of Kindred's."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema if exists kindred cascade")
        yield connection


@pytest.fixture
def destination(postgres_url, admin):
    return PostgresDestination(
        name="shop", kind="postgres", url=postgres_url, tables=[TABLE], attempts=2, pause_seconds=0
    )


def _send(published, destination, **how):
    (delivery,) = send(published.snapshot, destination, **how)
    return delivery


def test_every_type_arrives_as_what_it_is(new_snapshot, destination, admin):
    published = new_snapshot({TABLE: (EVERY_TYPE, ("id",))})
    assert _send(published, destination).status == "delivered"
    assert admin.execute("select * from kindred.things").fetchone() == (
        "a", True, 1, 2, 3, Decimal(4), Decimal(5), 0.1, Decimal("1.25"), "é", dt.date(2026, 1, 2),
        dt.datetime(2026, 1, 2, 3, 4, 5, 678000), dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        dt.time(3, 4, 5), {"k": [1, None]}, [1, 2], {"x": "y"}, b"\xab", None, float("inf"),
    )  # fmt: skip


def test_rows_that_a_constraint_refuses_stay_out_and_are_told_and_the_others_arrive(
    new_snapshot, destination, admin
):
    rows = "select 'r' || n as id, n::integer as value from range(100) as t(n)"
    published = new_snapshot({TABLE: ("select 'r0' as id, 0 as value", ("id",))})
    _send(published, destination)
    admin.execute("alter table kindred.things add constraint even check (value % 10 <> 7) not valid")
    published.replace(TABLE, rows)
    delivery = _send(published, destination)
    assert (delivery.status, delivery.failed) == ("partly", 10)
    assert admin.execute("select count(*) from kindred.things").fetchone() == (90,)
    rejections = list_rejections(published.snapshot.deliveries, "shop")
    assert {(row["key"], row["reason"], row["attempts"]) for row in rejections} == {
        (f'["r{number}7"]', "23514 CheckViolation of even", 1) for number in ["", *range(1, 10)]
    }
    admin.execute("alter table kindred.things drop constraint even")
    assert _send(published, destination).status == "delivered"
    assert list_rejections(published.snapshot.deliveries, "shop") == []


def test_a_text_that_postgres_cannot_hold_costs_its_row(new_snapshot, destination, admin):
    published = new_snapshot(
        {TABLE: ("select 'a' as id, 'x' || chr(0) as text union all select 'b', 'y'", ("id",))}
    )
    assert _send(published, destination).failed == 1
    assert admin.execute("select * from kindred.things").fetchall() == [("b", "y")]


def test_a_column_that_is_new_is_added_and_every_row_gets_it(new_snapshot, destination, admin):
    published = new_snapshot({TABLE: ("select 'a' as id, 1 as value", ("id",))})
    _send(published, destination)
    published.replace(TABLE, "select 'a' as id, 1 as value, 'more' as text")
    assert _send(published, destination).changed == 1
    assert admin.execute("select * from kindred.things").fetchall() == [("a", 1, "more")]


def test_a_column_of_another_type_is_told_and_nothing_is_rounded(new_snapshot, destination, admin):
    published = new_snapshot({TABLE: ("select 'a' as id, 1 as value", ("id",))})
    _send(published, destination)
    published.replace(TABLE, "select 'a' as id, 0.7::double as value")
    delivery = _send(published, destination)
    assert (delivery.status, delivery.reason) == (
        "failed", "its column value is integer and has to be double precision",
    )  # fmt: skip
    assert admin.execute("select value from kindred.things").fetchone() == (1,)


def test_what_a_restored_backup_brings_back_goes_again(new_snapshot, destination, admin):
    published = new_snapshot({TABLE: ("select unnest(['a', 'b']) as id", ("id",))})
    _send(published, destination)
    (version,) = admin.execute("select version from kindred.kindred_deliveries").fetchone()
    published.replace(TABLE, "select 'a' as id")
    _send(published, destination)
    admin.execute("insert into kindred.things values ('b')")
    admin.execute("update kindred.kindred_deliveries set version = %s", [version])
    assert _send(published, destination).removed == 1
    assert admin.execute("select id from kindred.things").fetchall() == [("a",)]


def test_a_rule_that_refuses_nearly_all_is_told_at_once(new_snapshot, destination, admin):
    published = new_snapshot({TABLE: ("select 'r' as id, 0::integer as value", ("id",))})
    _send(published, destination)
    admin.execute(
        "alter table kindred.things add column theirs text, add check (theirs is not null) not valid"
    )
    published.replace(TABLE, "select 'r' || n as id, n::integer as value from range(3000) as t(n)")
    delivery = _send(published, destination)
    assert delivery.status == "failed"
    assert delivery.reason.startswith("more than 1000 rows are refused, such as: 23514 CheckViolation")
    assert admin.execute("select count(*) from kindred.things").fetchone() == (1,)


def test_another_run_that_says_the_same_sends_nothing(new_snapshot, destination):
    published = new_snapshot({TABLE: ("select 'a' as id, 1 as value, 'one' as run_id", ("id",))})
    _send(published, destination)
    published.replace(TABLE, "select 'a' as id, 1 as value, 'two' as run_id")
    assert _send(published, destination).status == "unchanged"


@pytest.mark.parametrize("loss", ["drop table kindred.things", "drop schema kindred cascade"])
def test_a_table_that_was_lost_there_is_sent_anew(new_snapshot, destination, admin, loss):
    published = new_snapshot({TABLE: ("select 'a' as id, 1 as value", ("id",))})
    _send(published, destination)
    admin.execute(loss)
    assert _send(published, destination).status == "delivered"
    assert admin.execute("select * from kindred.things").fetchall() == [("a", 1)]


def test_an_empty_source_removes_nothing_until_it_is_allowed(new_snapshot, destination, admin):
    published = new_snapshot({TABLE: ("select 'a' as id, 1 as value", ("id",))})
    _send(published, destination)
    published.replace(TABLE, "select 'a' as id, 1 as value where false")
    delivery = _send(published, destination)
    assert (delivery.status, delivery.removed_keys) == ("refused", ('["a"]',))
    assert "all 1 rows would be removed" in delivery.reason
    assert admin.execute("select count(*) from kindred.things").fetchone() == (1,)
    assert _send(published, destination, allow_removals=True).removed == 1
    assert admin.execute("select count(*) from kindred.things").fetchone() == (0,)


def test_a_dry_run_names_what_would_go_and_changes_nothing(new_snapshot, destination, admin):
    published = new_snapshot({TABLE: ("select 'r' || n as id from range(5) as t(n)", ("id",))})
    assert _send(published, destination, dry_run=True).added == 5
    assert admin.execute("select to_regclass('kindred.things')").fetchone() == (None,)
    _send(published, destination)
    published.replace(TABLE, "select 'r0' as id")
    delivery = _send(published, destination, dry_run=True)
    assert (delivery.status, delivery.removed, len(delivery.removed_keys)) == ("planned", 4, 4)
    assert admin.execute("select count(*) from kindred.things").fetchone() == (5,)


def test_a_server_that_is_not_there_fails_after_its_tries_and_says_no_password(new_snapshot, destination):
    published = new_snapshot({TABLE: ("select 'a' as id", ("id",))})
    nowhere = destination.model_copy(update={"url": "postgresql://kindred:topsecret@127.0.0.1:1/shop"})
    delivery = _send(published, nowhere)
    assert delivery.status == "failed"
    assert "topsecret" not in delivery.reason


def test_a_table_without_a_key_cannot_be_sent_by_rows(new_snapshot, destination):
    published = new_snapshot({TABLE: ("select 'a' as id", ())})
    delivery = _send(published, destination)
    assert (delivery.status, delivery.reason[:21]) == ("failed", "its rows have no key;")
