"""What holds for every known layout: the table that it fills, `rename:`, and files that are not of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.contracts.contract import FormatName
from dagster_project.lib.ingestion.reading.formats import FORMATS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "formats.md"

EVENT = {
    "event_timestamp": 1607615248873729,
    "event_name": "page_view",
    "user_pseudo_id": "1.2",
    "event_params": [],
}


def test_every_layout_that_a_contract_may_name_is_known_and_explained():
    assert {*FORMATS, "canonical"} == set(get_args(FormatName))
    page = PAGE.read_text()
    assert [name for name in FORMATS if f"\n## {name}: " not in page] == []


def test_a_format_fills_its_own_table_where_the_folder_is_no_canonical_one(shop):
    shop.contract("web/ga4", "format: ga4\n")
    shop.contract("clickstream/events", "format: snowplow\n")
    feeds = {feed.folder: feed.table for feed in load_feeds(shop.landing, shop.folder / "config")}
    assert feeds == {"web/ga4": "clickstream/events", "clickstream/events": "clickstream/events"}


def test_a_table_that_a_format_cannot_fill_is_refused_with_those_that_it_can(shop):
    shop.contract("web/ga4", "table: pos/sales\nformat: ga4\n")
    with pytest.raises(KindredError, match=r"ga4\.yml line 2: ga4 exports do not fill pos/sales") as error:
        load_feeds(shop.landing, shop.folder / "config")
    assert "clickstream/events" in str(error.value)


def test_a_container_that_the_format_never_comes_in_is_quarantined(shop):
    shop.contract("web/ga4", "format: ga4\n")
    shop.write("web/ga4/a.csv", "event_timestamp,event_name\n1,page_view\n")
    outcome = shop.ingest()["web/ga4"]
    assert outcome.quarantined["web/ga4/a.csv"] == (
        "ga4 exports come as jsonl, parquet; deliver it as one of them, or correct `format:` in contracts/web/ga4.yml"
    )
    assert shop.ledger() == {"web/ga4/a.csv": ("quarantined", 0, 0, 0)}


@pytest.mark.parametrize("name", ["ga4", "snowplow"])
def test_a_file_of_another_layout_is_quarantined_with_what_is_missing_and_what_to_do(shop, name):
    shop.contract("web/events", f"format: {name}\n")
    (shop.landing / "web" / "events").mkdir(parents=True)
    duckdb.sql("select 1 as order_id, 'x' as event_name").write_parquet(
        str(shop.landing / "web" / "events" / "a.parquet")
    )
    reason = shop.ingest()["web/events"].quarantined["web/events/a.parquet"]
    assert reason.startswith(f"it is no {name} export: the column 'event_")
    assert reason.endswith("or correct `format:` in contracts/web/events.yml")


def test_json_lines_of_another_layout_are_quarantined_with_a_reason_for_each_line(shop):
    shop.contract("web/ga4", "format: ga4\n")
    shop.write("web/ga4/a.jsonl", '{"order_id": 1}\n{"order_id": 2}\n')
    assert "web/ga4/a.jsonl" in shop.ingest()["web/ga4"].quarantined
    assert shop.ledger() == {"web/ga4/a.jsonl": ("quarantined", 2, 0, 2)}
    assert shop.rows("""
        select row_number, list(column_name order by column_name) from quality.rejected_rows group by 1 order by 1
    """) == [
        (1, ["event_name", "occurred_at", "visitor_id"]),
        (2, ["event_name", "occurred_at", "visitor_id"]),
    ]


def test_rename_goes_before_what_the_format_takes_and_leaves_the_rest_to_it(shop):
    shop.contract("web/ga4", "format: ga4\nrename: {Hashed_Email: email, crm_id: user_id}\n")
    lines = [
        EVENT | {"user_id": "own", "Hashed_Email": "ann@example.com", "crm_id": "C1"},
        EVENT | {"user_id": "own"},
    ]
    shop.write("web/ga4/a.jsonl", "\n".join(map(json.dumps, lines)))
    shop.ingest()
    assert shop.rows(
        "select email, user_id, _extra, parameters::varchar from raw.clickstream_events order by _row_number"
    ) == [("ann@example.com", "C1", None, "{}"), (None, "own", None, "{}")]


def test_a_rule_of_the_contract_holds_for_what_a_format_made(shop):
    shop.contract("web/ga4", "format: ga4\ncolumns:\n  - {name: event_name, pattern: '[a-z_]+'}\n")
    shop.write("web/ga4/a.jsonl", "\n".join(map(json.dumps, [EVENT, EVENT | {"event_name": "Page View"}])))
    shop.ingest()
    assert shop.ledger() == {"web/ga4/a.jsonl": ("loaded", 2, 1, 1)}
    assert shop.rows("select row_number, column_name from quality.rejected_rows") == [(2, "event_name")]
