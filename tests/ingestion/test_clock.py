"""The instant a night is run for, the name of what it can see, and events of a time that had not come."""

from __future__ import annotations

from datetime import datetime

import pytest

from dagster_project.lib.ingestion.clock import raw_fingerprint, resolve_as_of

NOW = datetime(2026, 6, 1, 2)  # when the shop's files arrive
HEADER = "order_id,product_id,quantity,unit_price\n"
SURVEYS = "customer_id,answered_at,question,answer\n"


def test_what_a_night_can_see_is_told_apart_by_the_files_and_by_how_they_are_read(shop):
    names = [raw_fingerprint(shop.connection)]

    def ingest():
        shop.ingest()
        names.append(raw_fingerprint(shop.connection))

    shop.write("pos/order_lines/a.csv", HEADER + "o1,A,1,2\n")
    ingest()
    shop.write("pos/order_lines/b.csv", HEADER + "o2,A,1,2\n")
    ingest()
    shop.contract("pos/order_lines", "columns:\n  quantity: {max: 5}\n")
    ingest()
    assert len(set(names)) == 4
    ingest()
    assert names[-1] == names[-2], "nothing came"


def test_latest_is_the_newest_event_that_is_not_of_a_time_to_come(shop):
    assert resolve_as_of(shop.connection, "latest", NOW) == NOW, "there is no event yet"
    shop.write("crm/surveys/a.csv", SURVEYS + "1,2026-05-30 10:00,q,a\n2,2026-06-01 02:30,q,a\n")
    shop.ingest()
    assert resolve_as_of(shop.connection, "latest", NOW) == datetime(2026, 5, 30, 10)
    assert resolve_as_of(shop.connection, "now", NOW) == NOW
    assert resolve_as_of(shop.connection, datetime(2026, 1, 1), NOW) == datetime(2026, 1, 1)


@pytest.mark.parametrize(
    ("contract", "last_allowed", "too_late"),
    [("{}", "03:00:00", "03:00:01"), ("clock_skew_minutes: 5", "02:05:00", "02:05:01")],
)
def test_a_clock_may_be_ahead_by_the_minutes_of_the_contract(shop, contract, last_allowed, too_late):
    shop.contract("crm/surveys", f"{contract}\n")
    shop.write(
        "crm/surveys/a.csv", f"{SURVEYS}1,2026-06-01 {last_allowed},q,a\n2,2026-06-01 {too_late},q,a\n"
    )
    shop.ingest()
    assert shop.rows("select customer_id from raw.crm_surveys") == [("1",)]
    assert shop.rows("select row_number, column_name from quality.rejected_rows") == [(2, "answered_at")]
