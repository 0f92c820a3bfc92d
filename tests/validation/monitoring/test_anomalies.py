"""What is odd is recorded with what was to be expected; what is ordinary is not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.validation.monitoring.conftest import Shop, opened

NIGHTS = 30
"""The next one is a Wednesday."""
SHOP_NIGHTS = 12


@pytest.fixture(scope="module")
def built_shop(tmp_path_factory) -> Path:
    """A warehouse whose mart was watched for SHOP_NIGHTS nights."""
    database = tmp_path_factory.mktemp("watched") / "kindred.duckdb"
    with opened(database) as shop:
        for night in range(SHOP_NIGHTS):
            shop.make((390, 400, 410)[night % 3])
            shop.watch(night)
    return database


@pytest.fixture
def watched_shop(built_shop, tmp_path) -> Iterator[Shop]:
    with opened(Path(shutil.copy(built_shop, tmp_path))) as shop:
        yield shop


def test_an_ordinary_night_has_no_anomaly(shop):
    shop.remember_weeks(NIGHTS)
    shop.deliver(NIGHTS, 1100)
    shop.watch(NIGHTS)
    assert shop.anomalies() == []


def test_a_feed_that_brings_half_is_told_with_what_was_expected(shop):
    shop.remember_weeks(NIGHTS)
    shop.deliver(NIGHTS, 500)
    shop.watch(NIGHTS)
    ((kind, table, column, figure, observed, low, high, severity, remedy),) = shop.anomalies(
        "kind, table_name, column_name, figure, observed, expected_low, expected_high, severity, remedy"
    )
    assert (kind, table, column, figure, observed) == ("feed_volume", "pos/orders", None, "row_count", 500)
    assert 700 < low < 1000 < high < 1400
    assert severity == "warn"
    assert "source" in remedy


def test_a_weekend_is_not_held_against_a_working_day(shop):
    shop.remember_weeks(33)
    shop.deliver(33, 300)  # a Saturday, as 0 is a Monday
    shop.watch(33)
    assert shop.anomalies() == []
    shop.deliver(34, 1000)
    shop.watch(34)
    assert shop.anomalies("kind, table_name") == [("feed_volume", "pos/orders")]


def test_an_arrival_is_judged_once_and_not_in_every_night_after_it(shop):
    shop.remember_weeks(NIGHTS)
    shop.deliver(NIGHTS, 100)
    shop.watch(NIGHTS)
    shop.watch(NIGHTS + 1)
    assert [len(shop.anomalies(night=night)) for night in (NIGHTS, NIGHTS + 1)] == [1, 0]


def test_a_feed_that_stays_away_is_told_of_after_its_longest_pause(shop):
    shop.remember_weeks(NIGHTS)
    for night in range(NIGHTS, NIGHTS + 4):
        shop.watch(night)
    # the last arrival was on night 29, and two days are its longest pause
    assert [len(shop.anomalies(night=night)) for night in range(NIGHTS, NIGHTS + 4)] == [0, 0, 1, 1]
    ((kind, table, observed, low, high),) = shop.anomalies(
        "kind, table_name, observed, expected_low, expected_high", NIGHTS + 2
    )
    assert (kind, table, observed, low, high) == ("feed_freshness", "pos/orders", 3, None, 2)


def test_many_rejected_rows_are_told_of(shop):
    shop.remember_weeks(NIGHTS, (1000,), rejected=10)
    shop.deliver(NIGHTS, 1000, rejected=200)
    shop.watch(NIGHTS)
    ((kind, observed, high),) = shop.anomalies("kind, observed, expected_high")
    assert (kind, observed) == ("feed_rejections", 0.2)
    assert 0.05 < high < 0.07


def test_content_that_was_delivered_before_is_no_arrival(shop):
    shop.deliver(0, 1000)
    shop.watch(0)
    shop.connection.execute(
        "insert into quality.ingested_files by name"
        " select * replace (? as ingested_at, 99 as file_id) from quality.ingested_files",
        [shop.at(1)],
    )
    shop.watch(1)
    assert shop.connection.execute("select as_of from quality.feed_arrivals").fetchall() == [(shop.at(0),)]


def test_a_past_night_that_is_rebuilt_counts_what_had_come_by_then(shop):
    for night in range(4):
        shop.deliver(night, 1000 + night)
        shop.watch(night)
    before = shop.connection.execute(
        "select as_of, feed, row_count from quality.feed_arrivals order by 1"
    ).fetchall()
    shop.watch(2, "rebuilt")
    after = shop.connection.execute(
        "select as_of, feed, row_count from quality.feed_arrivals order by 1"
    ).fetchall()
    assert after == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"rows": 150}, [("table_volume", None, "row_count")]),
        (
            {"amount": "case when n % 3 > 0 then (n % 100)::double end"},
            [("column_nulls", "amount", "null_share")],
        ),
        ({"is_known": "n % 2 = 0"}, [("column_values", "is_known", "true_share")]),
        ({"customer_id": "'c' || n % 10"}, [("column_distinct", "customer_id", "distinct_count")]),
        (
            {"name": "'An unknown person of the shop'"},
            [("column_distinct", "name"), ("column_values", "name")],
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_table_that_moves_is_told_of(watched_shop, change, expected):
    assert watched_shop.anomalies() == []
    watched_shop.make(change.pop("rows", 400), **change)
    watched_shop.watch(SHOP_NIGHTS)
    found = [(kind, column, figure) for kind, _, column, figure in watched_shop.anomalies()]
    assert [one[: len(e)] for one, e in zip(found, expected, strict=False)] == expected
    assert all(column == expected[0][1] for _, column, _ in found)


def test_amounts_in_another_unit_are_told_of(watched_shop):
    watched_shop.make(amount="(n % 100) * 100.0::double")
    watched_shop.watch(SHOP_NIGHTS)
    assert {(kind, column) for kind, _, column, _ in watched_shop.anomalies()} == {
        ("column_values", "amount")
    }


def test_a_difference_that_nothing_explains_is_an_error(shop):
    shop.connection.execute("""
        create table quality.reconciliations as
        select * from (values
            ('pos/orders', 'staging to marts', 'orders', 100.0::double, 97.0::double, false),
            ('pos/orders', 'files to raw', 'rows', 100.0::double, 100.0::double, true)
        ) as t(feed, step, measure, expected, arrived, is_reconciled)
    """)
    shop.watch(0)
    found = shop.anomalies("kind, table_name, figure, observed, expected_low, severity")
    assert found == [("reconciliation", "pos/orders", "staging to marts: orders", 97, 100, "error")]
