"""Rows that happened by an instant that models were built for before they came are counted, once, where they came."""

from __future__ import annotations

from datetime import datetime

from dagster_project.lib.common.warehouse import begin_night, note_computed_instant
from dagster_project.lib.ingestion.bookkeeping.late_arrivals import judge_late_rows

FIRST, SECOND = datetime(2026, 5, 2), datetime(2026, 5, 3)
HEADER = "event_id,occurred_at,visitor_id,event_name\n"


def build_for(shop, as_of: datetime) -> None:
    """As a night does once its models stand."""
    begin_night(shop.connection, "run", as_of, as_of)
    note_computed_instant(shop.connection)


def events(*times: str) -> str:
    return HEADER + "".join(f"{time},{time},v,view_item\n" for time in times)


def ledger(shop) -> dict[str, tuple]:
    rows = shop.connection.execute("""
        select regexp_extract(file_path, '[^/]+$'), rows_late, first_late_at::varchar, first_missed_at::varchar
        from quality.ingested_files where status = 'loaded' order by file_id
    """).fetchall()
    return {path: tuple(late) for path, *late in rows}


def test_nothing_is_late_before_anything_was_computed(shop):
    shop.write("clickstream/events/a.csv", events("2020-01-01 00:00:00"))
    shop.ingest()
    late = judge_late_rows(shop.connection)
    assert (late.rows, str(late)) == (0, "")
    assert ledger(shop) == {"a.csv": (0, None, None)}


def test_a_row_is_late_up_to_the_last_instant_and_names_the_first_that_did_without(shop):
    shop.write("clickstream/events/a.csv", events("2026-05-01 10:00:00"))
    shop.ingest()
    judge_late_rows(shop.connection)
    for instant in (FIRST, SECOND, SECOND):
        build_for(shop, instant)
    shop.write(
        "clickstream/events/b.csv",
        events("2026-05-02 00:00:01", "2026-05-03 00:00:00", "2026-05-03 00:00:01", "2026-05-04 00:00:00"),
    )
    shop.write("clickstream/events/c.csv", events("2026-05-02 00:00:00"))
    shop.write("clickstream/events/d.csv", events("2026-05-03 00:00:02"))
    shop.ingest()
    late = judge_late_rows(shop.connection)
    assert ledger(shop) == {
        "a.csv": (0, None, None),
        "b.csv": (2, "2026-05-02 00:00:01", "2026-05-03 00:00:00"),
        "c.csv": (1, "2026-05-02 00:00:00", "2026-05-02 00:00:00"),
        "d.csv": (0, None, None),
    }
    assert str(late).startswith("3 rows came late: nights since 2026-05-02 00:00:00 UTC did without")
    assert judge_late_rows(shop.connection).rows == 0, "what was judged is not told again"


def test_a_file_that_is_read_again_under_another_contract_came_when_it_came_first(shop):
    shop.write("clickstream/events/a.csv", events("2026-05-01 10:00:00"))
    shop.ingest()
    judge_late_rows(shop.connection)
    build_for(shop, SECOND)
    shop.contract("clickstream/events", "columns: [{name: price, min: 0}]\n")
    shop.ingest()
    assert shop.connection.execute(
        "select count(*) from quality.ingested_files where status = 'replaced'"
    ).fetchone() == (1,)
    assert judge_late_rows(shop.connection).rows == 0
    assert ledger(shop) == {"a.csv": (0, None, None)}


def test_rows_that_a_replay_brings_are_judged_by_themselves(shop):
    shop.write("clickstream/events/a.csv", events("2026-05-01 10:00:00", "no time"))
    shop.ingest()
    judge_late_rows(shop.connection)
    build_for(shop, SECOND)
    shop.write("clickstream/events/replay/a.csv", events("2026-05-01 11:00:00"))
    shop.ingest()
    assert judge_late_rows(shop.connection).rows == 1
    assert ledger(shop)["a.csv"] == (1, "2026-05-01 11:00:00", "2026-05-03 00:00:00")


def test_a_table_that_describes_a_state_has_no_late_rows(shop):
    build_for(shop, SECOND)
    shop.write("products/catalog/a.csv", "product_id,name,updated_at\n1,tea,2020-01-01 00:00:00\n")
    shop.ingest()
    assert judge_late_rows(shop.connection).rows == 0
    assert ledger(shop) == {"a.csv": (0, None, None)}
