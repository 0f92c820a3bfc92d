"""Days chosen in Dagster are read again, in one run, and the night after it is as if nothing had been lost."""

from __future__ import annotations

import json
import shutil

import dagster as dg
import duckdb

from dagster_project.definitions import defs
from dagster_project.defs.ingestion.backfill import days_read_again
from dagster_project.defs.nightly import nightly
from dagster_project.defs.resources import Night

COUNTS = """
    select (select count(*) from raw.clickstream_events), (select count(*) from raw.pos_order_lines),
        (select count(*) from raw.email_events)
"""
RANGE = {
    "dagster/asset_partition_range_start": "2026-03-10",
    "dagster/asset_partition_range_end": "2026-03-12",
}


def count_raw(data_dir):
    with duckdb.connect(str(data_dir / "warehouse" / "kindred.duckdb"), read_only=True) as connection:
        return connection.execute(COUNTS).fetchone()


def test_lost_rows_of_chosen_days_come_back(default_night, kindred, no_ranker, tmp_path, monkeypatch):
    data_dir = tmp_path / "data"
    shutil.copytree(default_night.data_dir, data_dir, symlinks=True)
    before = count_raw(data_dir)
    with duckdb.connect(str(data_dir / "warehouse" / "kindred.duckdb")) as connection:
        # all of a file's rows of the day, but not all of its rows of those days: what is gone altogether is not known
        connection.execute("""
            delete from raw.clickstream_events where occurred_at::date = '2026-03-11'
                and _file_id = (select min(_file_id) from raw.clickstream_events where occurred_at::date = '2026-03-10')
        """)
        connection.execute(
            "delete from raw.pos_order_lines where _file_id = (select min(_file_id) + 2 from raw.pos_order_lines)"
        )
    assert count_raw(data_dir) != before

    monkeypatch.setenv("DATA_DIR", str(data_dir))
    ended = dg.materialize([days_read_again], resources={"night": Night()}, tags=RANGE)
    assert ended.success
    assert count_raw(data_dir) == before

    night = kindred("nightly", DATA_DIR=str(data_dir), CONFIG_DIR=no_ranker, AS_OF="latest")
    assert night.code == 0, night.output + night.errors
    assert "all made anew" in night.output
    manifests = [
        path / "manifest.json" for path in (default_night.snapshot, data_dir / "published" / "current")
    ]
    was, is_now = (
        {
            name: table["checksum"]
            for name, table in json.loads(path.read_text())["tables"].items()
            if not name.startswith("quality.")
        }
        for path in manifests
    )
    assert is_now == was


def test_no_night_waits_for_somebody_to_choose_days():
    keys = nightly.resolve(asset_graph=defs().resolve_asset_graph()).asset_layer.executable_asset_keys
    assert days_read_again.key not in keys
    assert len(keys) > 50
