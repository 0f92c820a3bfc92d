"""What is told of a column, what never is, and when it is not looked at again."""

from __future__ import annotations

import pytest


def test_numbers_and_times_are_told_by_quantiles(shop):
    shop.watch(0)
    quantiles = [shop.profile("amount", figure) for figure in ("quantile_05", "median", "quantile_95")]
    assert quantiles == pytest.approx([4.95, 49.5, 94.05])
    # one an hour back from 28 hours before the night
    assert shop.profile("bought_at", "median") == pytest.approx((199.5 + 28) / 24)
    assert shop.profile("bought_at", "measured_in") == "days"
    assert shop.profile("is_known", "average") == 0.25


def test_nulls_and_distinct_values_are_counted(shop):
    shop.make(amount="case when n % 10 > 0 then n % 3 end::double")
    shop.watch(0)
    assert shop.profile("amount", "null_count") == 40
    assert shop.profile("amount", "distinct_count") == 3
    assert shop.profile("amount", "row_count") == 400


def test_of_a_name_only_its_length_is_told_and_of_a_gender_not_even_that(shop):
    shop.watch(0)
    assert shop.profile("name", "average") == (10 * 4 + 90 * 5 + 300 * 6) / 400
    assert shop.profile("name", "median") is None
    assert shop.profile("gender", "measured_in") is None
    assert shop.profile("gender", "average") is None
    assert shop.profile("gender", "null_count") == 0


def test_a_number_that_names_a_person_is_not_measured(shop):
    shop.make(gender="n::double", name="n::double")
    shop.watch(0)
    for column in ("gender", "name"):
        assert shop.profile(column, "coalesce(average, quantile_05, median, quantile_95)") is None


def test_of_a_few_people_no_quantile_is_told(shop):
    shop.make(199)
    shop.watch(0)
    assert shop.profile("amount", "median") is None
    shop.make(400, amount="case when n < 199 then n end::double")
    shop.watch(1)
    assert shop.profile("amount", "median") is None


def test_an_empty_table_has_profiles_of_nothing(shop):
    shop.make(0)
    shop.watch(0)
    assert shop.profile("amount", "row_count") == 0
    assert shop.profile("amount", "median") is None


def test_columns_of_the_run_are_left_out(shop):
    shop.watch(0)
    names = shop.connection.execute("select distinct column_name from quality.column_profiles").fetchall()
    assert ("computed_at",) not in names


def test_a_table_that_did_not_change_is_not_read_again_and_its_days_go_on(shop):
    assert shop.watch(0).profiled.reused == 0
    days = shop.profile("bought_at", "median")
    shop.make()
    assert (shop.watch(1).profiled.read, shop.watch(1).profiled.reused) == (0, 1)
    assert shop.profile("bought_at", "median") == days + 1
    assert shop.profile("amount", "median") == 49.5


def test_a_table_with_other_values_or_columns_is_read_again(shop):
    shop.watch(0)
    shop.make(amount="(n % 50)::double")
    assert shop.watch(1).profiled.read == 1
    shop.make(amount="(n % 50)::double", more="n")
    assert shop.watch(2).profiled.read == 1
    assert shop.profile("more", "row_count") == 400


def test_quantiles_of_a_large_table_are_the_same_whatever_the_order_of_its_rows(shop):
    shop.make(50_000, amount="n::double")
    shop.watch(0)
    told = shop.profile("amount", "median")
    assert abs(told - 25_000) < 1_000
    shop.connection.execute(
        "create or replace table marts.buyers as from marts.buyers order by hash(customer_id)"
    )
    shop.watch(0)
    assert shop.profile("amount", "median") == told


def test_a_night_that_is_run_again_replaces_what_it_wrote(shop):
    shop.deliver(0, 100)
    shop.watch(0)
    shop.watch(1)
    query = "select * exclude (run_id) from quality.{} order by all"
    tables = ("column_profiles", "feed_arrivals", "anomalies")
    before = [shop.connection.execute(query.format(table)).fetchall() for table in tables]
    shop.watch(1, "again")
    shop.watch(0, "again")
    assert [shop.connection.execute(query.format(table)).fetchall() for table in tables] == before


def test_nights_are_forgotten_in_the_end(shop):
    shop.nights_kept = 3
    for night in range(5):
        shop.deliver(night, 100)
        shop.watch(night)
    for table in ("column_profiles", "feed_arrivals"):
        nights = shop.connection.execute(f"select distinct as_of from quality.{table} order by 1").fetchall()
        assert [as_of for (as_of,) in nights] == [shop.at(night) for night in (2, 3, 4)]
