"""Persons who ask to be forgotten: after one night nothing of them is left anywhere, and nothing brings them back."""

from __future__ import annotations

import os
import shutil

import duckdb
import psycopg
import redis
from forgotten import MARK, PERSONS, ask_to_be_forgotten, deliver, find_in, traces_in
from jobs import call_micro_batch

from dagster_project.lib.sample import generate
from tests.processes import run_apart

DESTINATIONS = """\
destinations:
  - {name: lake, folder: exports/lake, tables: [marts.dim_customers, activation.customer_recommendations]}
  - {name: mails, kind: audience, layout: klaviyo, folder: exports/mails}
  - {name: shop, kind: postgres, url: "${POSTGRES_URL}", tables: [activation.segment_memberships], most_removed: 1}
  - {name: site, kind: redis, url: "${REDIS_URL}", most_removed: 1}
"""
REVENUE = """
    select count(*), round(sum(total_amount), 2), (select count(*) from marts.fct_order_lines) from marts.fct_orders
"""


def _held_by(servers):
    """Whatever the servers hold, as bytes."""
    with redis.Redis.from_url(servers["REDIS_URL"]) as site:
        for key in site.scan_iter("*"):
            yield key
            kind = site.type(key)
            yield repr({b"string": site.get, b"hash": site.hgetall}.get(kind, site.dump)(key)).encode()
    with psycopg.connect(servers["POSTGRES_URL"]) as shop:
        tables = shop.execute(
            "select table_schema, table_name from information_schema.tables where table_schema = 'kindred'"
        ).fetchall()
        for schema, table in tables:
            rows = shop.execute(f'select row_to_json(t)::text from "{schema}"."{table}" as t').fetchall()
            yield "\n".join(text for (text,) in rows).encode()


def _ask(data_dir, query):
    with duckdb.connect(
        str(data_dir / "published" / "current" / "kindred.duckdb"), read_only=True
    ) as published:
        return published.execute(query).fetchall()


def test_nothing_is_left_of_who_asks_to_be_forgotten_and_no_export_brings_them_back(
    kindred, servers, no_ranker, tmp_path
):
    data_dir, config = tmp_path / "data", tmp_path / "config"
    shutil.copytree(no_ranker, config)
    (config / "destinations.yml").write_text(DESTINATIONS)
    generate(tmp_path / "sample", customers=60, seed=5)
    shutil.copytree(tmp_path / "sample" / "landing", data_dir / "landing")
    shutil.rmtree(data_dir / "landing" / "privacy")
    deliver(data_dir / "landing", "first")

    def run_night(day):
        where = {"DATA_DIR": str(data_dir), "CONFIG_DIR": str(config), "AS_OF": f"2026-07-0{day}T00:00:00Z"}
        ended = kindred("nightly", **where, **servers)
        assert ended.code == 0, ended.output + ended.errors
        assert not list(traces_in((ended.output + ended.errors).encode()))
        return ended.output

    run_night(1)
    revenue, known = (
        _ask(data_dir, REVENUE),
        _ask(data_dir, "select count(*) from marts.dim_customers where is_known"),
    )
    assert len(find_in(data_dir)) > 20
    assert any(list(traces_in(held)) for held in _held_by(servers))

    answered = kindred("privacy", "access", "--email", f"{MARK}mail0@example.org", DATA_DIR=str(data_dir))
    assert answered.code == 0, answered.errors
    assert any(path.startswith("warehouse/access/") for path in find_in(data_dir))

    ask_to_be_forgotten(data_dir / "landing")
    output = run_night(2)
    assert find_in(data_dir) == {}
    assert [held for held in _held_by(servers) if list(traces_in(held))] == []
    assert _ask(data_dir, REVENUE) == revenue
    assert _ask(data_dir, "select count(*) from marts.dim_customers where is_known") == [
        (known[0][0] - PERSONS,)
    ]
    assert "200 orders" in output or "400 orders made anonymous" in output
    with duckdb.connect(str(data_dir / "warehouse" / "kindred.duckdb"), read_only=True) as warehouse:
        receipts = warehouse.execute(
            "select count(*), count(completed_at) from operations.privacy_receipts"
        ).fetchall()
        assert warehouse.execute(
            "select sum(rows_in - rows_loaded - rows_rejected) from quality.ingested_files"
        ).fetchall() == [(0,)]
    assert receipts[0][0] >= PERSONS

    deliver(data_dir / "landing", "again")
    where = {"DATA_DIR": str(data_dir), "CONFIG_DIR": str(config), "AS_OF": "2026-07-03T00:00:00Z"}
    run_apart(call_micro_batch, environment={**os.environ, **where, **servers})
    # what nobody can read is known by its bytes alone, which no digest finds
    assert find_in(data_dir / "landing") == {"crm/surveys/again.parquet": [f"{MARK}mail5"]}
    assert find_in(data_dir / "published") == {}
    with duckdb.connect(str(data_dir / "warehouse" / "kindred.duckdb"), read_only=True) as warehouse:
        tables = "select schema_name, table_name from duckdb_tables() where schema_name in ('raw', 'quality', 'marts')"
        for schema, table in warehouse.execute(tables).fetchall():
            rows = warehouse.execute(f"select to_json(t)::varchar from {schema}.{table} as t").fetchall()
            assert not list(traces_in("".join(text for (text,) in rows).encode())), table
