"""The night that the benchmark publishes is one that the API answers from, by every route that it asks."""

from __future__ import annotations

import duckdb

from bench import api as bench


def test_every_route_of_the_benchmark_is_answered(tmp_path, open_api):
    warehouse, published = tmp_path / "kindred.duckdb", tmp_path / "published"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(bench.TABLES.replace("$customers", "3"))
    bench.publish_night(warehouse, published, "first", "2026-06-30")
    with open_api(published, tmp_path) as client:
        for route in bench.ROUTES:
            answer = client.get(route.format(n=1, p=1))
            assert answer.status_code == 200, answer.text
            assert answer.json()["run_id"] == "first"
