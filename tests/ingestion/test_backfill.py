"""Days that are read again: the same rows under the same numbers, whatever happened to them in between."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dagster_project.lib.ingestion.bookkeeping.backfill import files_of_days
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed

NOW = datetime(2026, 6, 2, 2, 0, 0)
MONDAY, TUESDAY, WEDNESDAY = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)
EVENTS, LINES = "clickstream/events", "pos/order_lines"
HEADER = "order_id,product_id,quantity,unit_price\n"
RAW_EVENTS = "select event_id, _file_id, _row_number from raw.clickstream_events order by all"
RAW_LINES = (
    "select order_id, product_id, quantity, _file_id, _row_number from raw.pos_order_lines order by all"
)


def events(*rows: str) -> str:
    return "event_id,occurred_at,visitor_id,event_name\n" + "".join(f"{row},v,page_view\n" for row in rows)


def read_again(shop, *days: date) -> dict[str, tuple[list[int], list[str]]]:
    """Feed -> numbers of its files of the days, which are read once more, and paths of those that cannot be."""
    found = {}
    for feed in load_feeds(shop.landing, shop.folder / "config"):
        again, left = files_of_days(shop.connection, feed, days), []
        if again:
            arrival = Arrival("again", NOW)
            left = ingest_feed(shop.connection, feed, shop.landing, arrival, again=again).files_left
        found[feed.folder] = (again, left)
    return found


@pytest.fixture
def week(shop):
    """Two files of events, of which the second holds a late one of Monday, and one of Wednesday."""
    shop.write(f"{EVENTS}/a.csv", events("e1,2026-01-05 10:00:00", "e2,2026-01-05 11:00:00"))
    shop.write(f"{EVENTS}/b.csv", events("e3,2026-01-06 10:00:00", "e4,2026-01-05 23:59:59"))
    shop.write(f"{EVENTS}/c.csv", events("e5,2026-01-07 00:00:00"))
    shop.ingest()
    return shop


def test_every_file_with_a_row_of_the_day_is_found(week):
    assert read_again(week, MONDAY)[EVENTS] == ([1, 2], [])
    assert read_again(week, TUESDAY)[EVENTS] == ([2], [])
    assert read_again(week, TUESDAY, WEDNESDAY)[EVENTS] == ([2, 3], [])
    assert read_again(week, date(2026, 1, 8))[EVENTS] == ([], [])


def test_lost_and_damaged_rows_come_back_under_their_numbers(week):
    before = week.rows(RAW_EVENTS)
    week.connection.execute("delete from raw.clickstream_events where event_id = 'e1'")
    week.connection.execute("update raw.clickstream_events set event_id = 'other' where event_id = 'e3'")
    read_again(week, MONDAY)
    assert week.rows(RAW_EVENTS) == before
    assert week.ledger() == {f"{EVENTS}/c.csv": ("loaded", 1, 1, 0)} | {
        f"{EVENTS}/{name}.csv": ("replaced", 2, 2, 0) for name in "ab"
    }
    assert week.rows("""
        select file_path, file_id from quality.ingested_files where status = 'loaded' order by file_id
    """) == [(f"{EVENTS}/a.csv", 1), (f"{EVENTS}/b.csv", 2), (f"{EVENTS}/c.csv", 3)]  # fmt: skip


def test_reading_again_twice_changes_nothing_and_the_next_night_finds_nothing_new(week):
    before = week.rows(RAW_EVENTS)
    read_again(week, MONDAY, TUESDAY)
    read_again(week, MONDAY, TUESDAY)
    assert all(outcome.is_unchanged for outcome in week.ingest().values())
    assert week.rows(RAW_EVENTS) == before


def test_new_files_wait_for_the_night(week):
    week.write(f"{EVENTS}/d.csv", events("e6,2026-01-05 12:00:00"))
    read_again(week, MONDAY)
    assert len(week.rows(RAW_EVENTS)) == 5
    week.ingest()
    assert len(week.rows(RAW_EVENTS)) == 6


def test_a_file_that_left_landing_keeps_its_rows_and_is_named(week):
    (week.landing / f"{EVENTS}/a.csv").unlink()
    before = week.rows(RAW_EVENTS)
    assert read_again(week, MONDAY)[EVENTS] == ([1, 2], [f"{EVENTS}/a.csv"])
    assert week.rows(RAW_EVENTS) == before


@pytest.mark.parametrize("path", ["lines-2026-01-05.csv", "20260105.csv", "2026/01/05.csv", "2026-01.csv"])
def test_without_a_time_of_events_the_path_names_the_day(shop, path):
    shop.write(f"{LINES}/{path}", f"{HEADER}o1,A,1,5\n")
    shop.write(f"{LINES}/2026-01-06.csv", f"{HEADER}o2,A,1,5\n")
    shop.ingest()
    (number,) = (
        number for number, name in shop.rows("select file_id, file_path from quality.ingested_files")
        if name.endswith(path)
    )  # fmt: skip
    assert read_again(shop, MONDAY)[LINES] == ([number], [])


def test_an_order_keeps_the_lines_of_its_latest_file(shop):
    """They are those of the file with the highest number, which reading an older one again must not take over."""
    shop.write(f"{LINES}/2026-01-05.csv", f"{HEADER}o1,A,1,5\n")
    shop.ingest()
    shop.write(f"{LINES}/2026-01-06.csv", f"{HEADER}o1,A,2,5\n")
    shop.ingest()
    before = shop.rows(RAW_LINES)
    read_again(shop, MONDAY)
    assert shop.rows(RAW_LINES) == before == [("o1", "A", 1.0, 1, 1), ("o1", "A", 2.0, 2, 1)]


@pytest.fixture
def corrected(shop):
    """A file that lost a row, and the correction of it."""
    shop.write(f"{LINES}/2026-01-05.csv", f"{HEADER}o1,A,1,5\no1,B,two,5\no2,C,1,5\n")
    shop.write(f"{LINES}/2026-01-06.csv", f"{HEADER}o3,A,1,5\n")
    shop.ingest()
    shop.write(f"{LINES}/replay/2026-01-05.csv", f"{HEADER}o1,B,2,5\n")
    shop.ingest()
    return shop


def test_corrected_rows_are_read_again_with_their_file(corrected):
    before, rejected = (corrected.rows(query) for query in (RAW_LINES, "from quality.rejected_rows"))
    assert read_again(corrected, MONDAY)[LINES] == ([1, 3], [])
    assert corrected.rows(RAW_LINES) == before
    replayed = "select row_number, replayed_by from quality.rejected_rows"
    assert corrected.rows(replayed) == [(2, f"{LINES}/replay/2026-01-05.csv")]
    assert len(corrected.rows("from quality.rejected_rows")) == len(rejected)
    assert all(outcome.is_unchanged for outcome in corrected.ingest().values())


def test_a_file_whose_correction_left_landing_is_not_read_again(corrected):
    (corrected.landing / f"{LINES}/replay/2026-01-05.csv").unlink()
    before = corrected.rows(RAW_LINES)
    gone = [f"{LINES}/2026-01-05.csv", f"{LINES}/replay/2026-01-05.csv"]
    assert read_again(corrected, MONDAY)[LINES] == ([1, 3], gone)
    assert corrected.rows(RAW_LINES) == before


def test_a_file_in_quarantine_is_tried_again(shop):
    path = f"{LINES}/2026-01-05.csv"
    shop.write(path, f"{HEADER}o1,A,one,5\n")
    shop.ingest()
    assert shop.ledger()[path][0] == "quarantined"
    assert read_again(shop, MONDAY)[LINES] == ([1], [])
    statuses = "select file_id, status, run_id from quality.ingested_files order by file_id"
    assert shop.rows(statuses) == [(1, "quarantined", "again"), (2, "replaced", "night 1")]
    assert len(shop.rows("from quality.rejected_rows")) == 1


def test_corrections_of_one_group_survive_being_read_again_twice(shop):
    """Both are CSV and enter together, so that the correction is attached before its file has its old number."""
    shop.write(f"{EVENTS}/a.csv", events("e1,2026-01-05 10:00:00", "e2,soon"))
    shop.write(f"{EVENTS}/replay/a.csv", events("e2,2026-01-05 11:00:00"))
    shop.ingest()
    before = shop.rows(RAW_EVENTS)
    for _ in range(3):
        assert read_again(shop, MONDAY)[EVENTS] == ([1, 2], [])
        assert shop.rows(RAW_EVENTS) == before == [("e1", 1, 1), ("e2", 1, 3)]
    assert shop.rows("select part_of from quality.ingested_files where status = 'loaded' order by file_id") == [
        (None,), (1,)
    ]  # fmt: skip
    shop.write(f"{EVENTS}/a.csv", events("e1,2026-01-05 10:00:00", "e2,2026-01-05 11:00:00"))
    shop.ingest()
    assert [event for event, *_ in shop.rows(RAW_EVENTS)] == ["e1", "e2"]


def test_a_wholly_rejected_file_and_its_correction_are_read_again_without_doubles(shop):
    shop.write(f"{LINES}/2026-01-05.csv", f"{HEADER}o1,A,one,5\no2,A,two,5\n")
    shop.write(f"{LINES}/replay/2026-01-05.csv", f"{HEADER}o1,A,1,5\n")
    shop.ingest()
    before = shop.rows(RAW_LINES)
    for _ in range(2):
        read_again(shop, MONDAY)
        assert shop.rows(RAW_LINES) == before == [("o1", "A", 1.0, 1, 3)]
        assert len(shop.rows("from quality.rejected_rows")) == 2


def test_what_was_delivered_anew_waits_for_the_night(corrected):
    whole = f"{HEADER}o1,A,1,5\no1,B,2,5\no2,C,1,5\n"
    corrected.write(f"{LINES}/2026-01-05.csv", whole)
    paths = [f"{LINES}/2026-01-05.csv", f"{LINES}/replay/2026-01-05.csv"]
    before = corrected.rows(RAW_LINES)
    assert read_again(corrected, MONDAY)[LINES] == ([1, 3], paths)
    assert corrected.rows(RAW_LINES) == before
    corrected.ingest()
    orders = [row[:2] for row in corrected.rows(RAW_LINES)]
    assert orders == [("o1", "A"), ("o1", "B"), ("o2", "C"), ("o3", "A")]
