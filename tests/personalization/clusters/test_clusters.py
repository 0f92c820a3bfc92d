"""Nights of clusters: who is in one, when they are found anew, and what stays from night to night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization.clusters.cluster_settings import (
    ClusterSettings,
    load_cluster_settings,
)
from dagster_project.lib.personalization.clusters.clusters import ClustersResult, cluster_customers
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.privacy.privacy_settings import PrivacySettings

AS_OF = datetime(2024, 6, 30, 12)
SETTINGS = ClusterSettings(features=["recency_days", "order_count", "total_revenue"])
GROUPS = [(10, 12, 800.0), (60, 3, 90.0), (200, 1, 30.0)]
Cluster = Callable[..., ClustersResult]

_MARTS = """
create schema marts;
create schema operations;
create table operations.current_night (run_id varchar, as_of timestamp, started_at timestamp);
create table marts.dim_customers (customer_id varchar, is_known boolean);
create table marts.customer_consents (customer_id varchar, purpose varchar, status varchar);
create table marts.customer_features (
    customer_id varchar, recency_days integer, order_count integer, total_revenue double, preferred_brand varchar,
    age integer
);
"""


class Customers:
    """The marts of one test: customers of three habits."""

    def __init__(self, each: int = 80) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(_MARTS)
        self.begin_night(AS_OF)
        self.fill(each)

    def begin_night(self, as_of: datetime) -> None:
        self.connection.execute("delete from operations.current_night")
        self.connection.execute("insert into operations.current_night values ('night', ?, ?)", [as_of, as_of])

    def fill(self, each: int, seed: int = 1, times: float = 1.0) -> None:
        self.connection.execute("delete from marts.customer_features; delete from marts.dim_customers")
        generator = np.random.default_rng(seed)
        for group, (recency, orders, revenue) in enumerate(GROUPS):
            for number in range(each):
                spread = np.exp(generator.normal(0, 0.1, 3))
                self.add(
                    f"g{group}_{number:03d}",
                    recency * spread[0],
                    orders * spread[1],
                    revenue * spread[2] * times,
                )

    def add(
        self, customer_id: str, recency: float | None, orders: float, revenue: float, *, is_known: bool = True
    ) -> None:
        self.connection.execute("insert into marts.dim_customers values (?, ?)", [customer_id, is_known])
        values = [customer_id, recency and round(recency), round(orders), revenue]
        self.connection.execute("insert into marts.customer_features values (?, ?, ?, ?, 'tea', 40)", values)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()

    def everything(self) -> list[list[tuple[Any, ...]]]:
        return [
            self.rows(f"from models_ml.{table} order by all") for table in ("customer_clusters", "clusters")
        ]


@pytest.fixture
def customers() -> Customers:
    return Customers()


@pytest.fixture
def run(tmp_path: Path) -> Cluster:
    def cluster(
        customers: Customers, settings: ClusterSettings = SETTINGS, folder: str = "models"
    ) -> ClustersResult:
        return cluster_customers(
            customers.connection, Run("run", datetime(2024, 7, 1), tmp_path / folder), settings
        )

    return cluster


def test_customers_of_one_habit_are_in_one_cluster_and_the_table_of_clusters_adds_up(customers, run):
    result = run(customers)
    assert result.is_refitted and result.sizes == [80, 80, 80]
    assert customers.rows("""
        select count(distinct cluster), count(distinct customer_id[:2]) from models_ml.customer_clusters
    """) == [(3, 3)]
    assert customers.rows("""
        select count(*) from (select 1 from models_ml.customer_clusters group by customer_id[:2], cluster)
    """) == [(3,)]
    assert customers.rows(
        "select sum(customers), round(sum(share), 3), max(drift) from models_ml.clusters"
    ) == [(240, 1.0, 0.0)]
    # the group that bought most and latest: recency 10, 12 orders, 800 of revenue
    ((label, recency, orders, revenue),) = customers.rows("""
        select label, centroid ->> 'recency_days', centroid ->> 'order_count', centroid ->> 'total_revenue'
        from models_ml.clusters
        where cluster = (select cluster from models_ml.customer_clusters where customer_id = 'g0_000')
    """)
    assert {"recent", "many orders", "high revenue"} > set(label.split(", "))
    assert (float(recency), float(orders), float(revenue)) == pytest.approx((10, 12, 800), rel=0.1)


def test_clusters_are_found_once_a_week_and_assigned_in_between(customers, run):
    first = run(customers)
    for days, is_refitted in [(1, False), (6, False), (7, True), (8, False)]:
        customers.begin_night(AS_OF + timedelta(days=days))
        customers.fill(80, seed=days)
        result = run(customers)
        assert result.is_refitted is is_refitted, days
        assert (result.model_version == first.model_version) is (days < 7)
    assert customers.rows("select distinct fitted_at from models_ml.clusters") == [
        (AS_OF + timedelta(days=7),)
    ]


def test_a_fit_a_week_later_keeps_numbers_and_names(customers, run):
    run(customers)
    before = customers.rows("select customer_id, cluster, label from models_ml.customer_clusters order by 1")
    customers.begin_night(AS_OF + timedelta(days=7))
    customers.fill(80, seed=2)
    assert run(customers).is_refitted
    assert (
        customers.rows("select customer_id, cluster, label from models_ml.customer_clusters order by 1")
        == before
    )


def test_a_night_run_again_gives_the_same_also_where_it_finds_anew(customers, run):
    run(customers)
    customers.begin_night(AS_OF + timedelta(days=9))
    customers.fill(80, seed=2)
    run(customers)
    before = customers.everything(), customers.rows("from quality.model_versions order by all")
    run(customers)
    assert (customers.everything(), customers.rows("from quality.model_versions order by all")) == before


def test_a_night_of_the_past_knows_nothing_of_a_later_fit(customers, run):
    past = Customers()
    run(customers)
    for each in (customers, past):
        each.begin_night(AS_OF - timedelta(days=3))
        each.fill(80, seed=4, times=2.0)
    run(customers)
    run(past, folder="others")
    assert customers.everything() == past.everything()


def test_another_setting_finds_anew_at_once(customers, run):
    run(customers)
    customers.begin_night(AS_OF + timedelta(days=1))
    assert run(customers, SETTINGS.model_copy(update={"clusters": 2})).sizes == [160, 80]


def test_nights_in_between_move_clusters_where_that_is_wanted(customers, run):
    settings = SETTINGS.model_copy(update={"mini_batch": True})
    run(customers, settings)
    ((before,),) = customers.rows(
        "select max((centroid ->> 'total_revenue')::double) from models_ml.clusters"
    )
    customers.begin_night(AS_OF + timedelta(days=1))
    customers.fill(80, times=1.2)
    for _ in range(2):
        assert not run(customers, settings).is_refitted
        ((after,),) = customers.rows(
            "select max((centroid ->> 'total_revenue')::double) from models_ml.clusters"
        )
        # half of what it has seen lies a fifth higher, however often the night is run
        assert after / before == pytest.approx(1.1, abs=0.02)
    assert customers.rows("select distinct fitted_at from models_ml.clusters") == [(AS_OF,)]


def test_drift_is_seen_and_said(customers, run):
    run(customers)
    customers.begin_night(AS_OF + timedelta(days=1))
    customers.fill(80, times=3.0)
    result = run(customers)
    assert result.drift is not None and result.drift > 0.25
    assert "customers have changed" in result.notes[-1]


def test_visitors_and_who_denied_are_in_no_cluster(customers, run):
    customers.add("visitor", 10, 12, 800.0, is_known=False)
    customers.connection.execute(
        "insert into marts.customer_consents values ('g0_000', 'personalization', 'denied')"
    )
    assert run(customers).customers == 239
    assert customers.rows("""
        select count(*) from models_ml.customer_clusters where customer_id in ('visitor', 'g0_000')
    """) == [(0,)]


def test_the_order_of_rows_in_the_marts_changes_nothing(customers, run):
    shuffled = Customers()
    shuffled.connection.execute(
        "create or replace table marts.customer_features as from marts.customer_features order by hash(customer_id)"
    )
    run(customers)
    run(shuffled, folder="others")
    assert customers.everything() == shuffled.everything()


def test_too_few_customers_leave_empty_tables_and_it_is_said(run):
    few = Customers(each=16)
    result = run(few)
    assert (result.sizes, result.model_version) == ([], None)
    assert few.everything() == [[], []]
    assert "fewer than 50" in result.notes[0]


def test_missing_values_are_said_where_there_are_many(customers, run):
    for number in range(100):
        customers.add(f"new_{number:03d}", None, 0, 0.0)
    result = run(customers)
    assert result.notes == ["missing and taken as the median: recency_days 29%"]
    assert customers.rows("select count(*) from models_ml.customer_clusters") == [(340,)]


@pytest.mark.parametrize(
    ("name", "why"), [("revenue", "is no column"), ("preferred_brand", "holds no numbers")]
)
def test_a_feature_that_is_none_is_answered_with_those_there_are(customers, run, name, why):
    with pytest.raises(KindredError, match=f"{name} {why}.*order_count, recency_days, total_revenue"):
        run(customers, SETTINGS.model_copy(update={"features": [name]}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("algorithm: magic", "line 1: algorithm"),
        ("refit_days: 7\nclusters: 1", "line 2: clusters"),
        ("features: [order_count, order_count]", "named twice"),
        ("number: 3", "line 1: number.*use one of: algorithm"),
    ],
)
def test_a_mistake_in_the_file_is_answered_with_its_line(tmp_path, text, message):
    (tmp_path / "segments.yml").write_text(text)
    with pytest.raises(KindredError, match=message):
        load_cluster_settings(tmp_path)


def test_no_file_means_the_defaults_and_a_file_what_it_says(tmp_path):
    assert load_cluster_settings(tmp_path) == ClusterSettings()
    (tmp_path / "segments.yml").write_text("algorithm: hdbscan\nclusters: 4\n")
    assert load_cluster_settings(tmp_path) == ClusterSettings(algorithm="hdbscan", clusters=4)


def test_a_feature_that_nobody_may_be_sorted_by_is_refused_until_it_is_switched_on(customers, tmp_path):
    by_age = ClusterSettings(features=["recency_days", "age"])
    night = Run("run", datetime(2024, 7, 1), tmp_path)
    with pytest.raises(
        KindredError, match=r"age is a sensitive attribute.*sensitive_attributes of privacy.yml"
    ):
        cluster_customers(customers.connection, night, by_age, PrivacySettings().withheld_columns)
    allowed = PrivacySettings(sensitive_attributes=["age"]).withheld_columns
    assert cluster_customers(customers.connection, night, by_age, allowed).sizes
    with pytest.raises(KindredError) as refused:
        cluster_customers(
            customers.connection,
            night,
            ClusterSettings(features=["nothing"]),
            PrivacySettings().withheld_columns,
        )
    assert "recency_days" in refused.value.remedy and "age" not in refused.value.remedy
