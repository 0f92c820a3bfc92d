"""A night that ends at destinations: those that answer have the snapshot, the one that does not fails the night."""

from __future__ import annotations

import json
import shutil

import duckdb
import psycopg
import redis


def _declare(folder, crm_kind):
    crm = {
        "broken": '{name: crm, kind: webhook, url: "http://127.0.0.1:1/", attempts: 1}',
        "mended": "{name: crm, folder: exports/crm}",
    }[crm_kind]
    (folder / "destinations.yml").write_text(f"""\
destinations:
  - {crm}
  - {{name: lake, folder: exports/lake, format: parquet, tables: [marts.dim_products]}}
  - {{name: mails, kind: audience, layout: klaviyo, folder: exports/mails}}
  - {{name: shop, kind: postgres, url: "${{POSTGRES_URL}}"}}
  - {{name: site, kind: redis, url: "${{REDIS_URL}}"}}
""")


def test_a_destination_that_fails_costs_the_others_nothing_and_can_be_sent_alone(
    kindred, servers, sample_night, tmp_path
):
    shutil.copytree(sample_night.data_dir, tmp_path / "data", symlinks=True)
    (tmp_path / "config").mkdir()
    place = {"DATA_DIR": str(tmp_path / "data"), "CONFIG_DIR": str(tmp_path / "config"), "AS_OF": "latest"}
    current = tmp_path / "data" / "published" / "current"

    def ask(query):
        with duckdb.connect(str(current / "kindred.duckdb"), read_only=True) as published:
            return published.execute(query).fetchall()

    _declare(tmp_path / "config", "broken")
    ended = kindred("nightly", **place, **servers)
    assert ended.code == 1
    assert "transformation   unchanged inputs" in ended.output, "where to send it costs no stage its night"
    assert (
        "the night is published, and not every destination has it: crm activation.customer_recommendations"
        in ended.errors
    )
    assert "shop: 2 tables, rows:" in ended.output
    (rows,) = ask("select count(*) from activation.customer_recommendations")
    with psycopg.connect(servers["POSTGRES_URL"]) as shop:
        assert shop.execute("select count(*) from kindred.customer_recommendations").fetchone() == rows
    with redis.Redis.from_url(servers["REDIS_URL"], decode_responses=True) as site:
        ((customer,),) = ask("select min(customer_id) from activation.segment_memberships")
        (document,) = site.hvals(f"kindred:customer:{customer}")
        segments = ask(
            f"select segment from activation.segment_memberships where customer_id = '{customer}' order by 1"
        )
        assert json.loads(document)["segments"] == [segment for (segment,) in segments]
    assert duckdb.sql(f"from '{tmp_path}/data/exports/lake/dim_products.parquet'").fetchall()

    _declare(tmp_path / "config", "mended")
    assert kindred("destinations", "sync", "crm", **place, **servers).code == 0
    assert (tmp_path / "data" / "exports" / "crm" / "segment_memberships.csv").exists()
    ended = kindred("nightly", **place, **servers)
    assert ended.code == 0, ended.errors
    assert "shop: 2 tables, rows: nothing changed" in ended.output
    assert len((tmp_path / "data" / "exports" / "mails" / "customers.csv").read_text().splitlines()) > 100
    log = ask("select destination, status, count(*) from quality.delivery_log group by all order by all")
    assert log == [
        ("crm", "delivered", 2), ("crm", "failed", 2), ("lake", "delivered", 1), ("mails", "delivered", 1),
        ("shop", "delivered", 2), ("site", "delivered", 1),
    ]  # fmt: skip
