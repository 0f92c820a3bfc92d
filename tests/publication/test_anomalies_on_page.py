"""The night's page about what nobody expected, what does not add up, and what destinations took."""

from __future__ import annotations

from report_pages import CANARIES, Page, render

from dagster_project.lib.validation.monitoring.acknowledgements import FILE, load_acknowledgements
from dagster_project.lib.validation.monitoring.kinds import Anomaly

FOUND = "Anomalies of tonight, the unknown ones first"
DELIVERED = "The last delivery of each destination and table before this night"


def test_an_anomaly_is_told_with_what_was_expected_seen_and_to_be_done(golden_pages):
    page = Page(golden_pages["index.html"])
    assert page.tables[FOUND][1:] == [
        ["reconciliationerror", "pos/orders", "raw to staging: rows", "1,497", "1,500", "Report the rows as a bug."],
        ["column nullswarn", "marts.dim_customerscity", "share without a value", "0.314", "0.02 to 0.09",
         "See whether an export lost the column."],
        ["feed freshnessacknowledged", "email/events", "days without a file", "9", "at most 2",
         "the newsletter rests (Ann, until 2026-02-28)"],
    ]  # fmt: skip
    assert "2 figures are outside what earlier nights let expect" in page.text
    assert "Unexpected 2 anomalies that nobody has acknowledged" in page.text


def test_the_line_that_acknowledges_an_anomaly_does_so(golden, tmp_path):
    golden.execute("delete from quality.anomalies where kind = 'reconciliation'")
    html = render(golden)
    header, line = (
        html.split(before)[1].split("<code>")[1].split("</code>")[0]
        for before in ("under the header", "For the first one:")
    )
    (tmp_path / FILE).write_text(f"{header}\n{line}\n")
    (known,) = load_acknowledgements(tmp_path)
    anomaly = Anomaly("column_nulls", "marts.dim_customers", "city", "share without a value", 0.3, 0.0, 0.1)
    assert known.covers(anomaly, known.until)
    assert str(known.until) == "2026-02-07"


def test_sums_that_nothing_explains_are_listed_and_the_others_counted(golden, golden_pages):
    page = Page(golden_pages["index.html"])
    assert page.tables["Sums that nothing explains"][1:] == [
        ["pos/orders", "raw to staging", "rows", "1,500", "0", "0", "0", "1,500", "1,497", "\N{MINUS SIGN}3"]
    ]
    assert "1 of 2 sums" in page.text
    golden.execute("update quality.reconciliations set is_reconciled = true")
    assert "All 2 sums of rows and amounts are the same on both sides" in Page(render(golden)).text


def test_a_night_without_anomalies_says_whether_any_could_be_expected(golden):
    golden.execute("delete from quality.anomalies")
    assert (
        "Nothing is expected yet: 2 earlier nights are known, and ranges need 10."
        in Page(render(golden)).text
    )
    golden.execute(
        "insert into quality.column_profiles"
        " select timestamp '2026-01-01' + i * interval 1 day, 't', 'c' from range(9) r(i)"
    )
    assert "Nothing is outside what 11 earlier nights let expect" in Page(render(golden)).text
    golden.execute("drop table quality.anomalies")
    assert "This night was not held against earlier ones." in Page(render(golden)).text


def test_the_last_delivery_of_each_destination_is_told_what_failed_first(golden_pages):
    rows = Page(golden_pages["index.html"]).tables[DELIVERED][1:]
    assert rows == [
        ["cache", "documents", "failed2 times runningno connection for [withheld]", "0", "0", "0", "0",
         "2026-01-31 01:01 UTC"],
        ["shop", "marts.dim_products", "partly25 rows were refused", "50", "0", "0", "25", "2026-01-31 01:02 UTC"],
        ["shop", "activation.segment_memberships", "delivered", "1,200", "30", "under 10", "0", "2026-01-31 01:01 UTC"],
    ]  # fmt: skip
    assert "1 delivery of 3 did not end well" in Page(golden_pages["index.html"]).text
    assert not [canary for canary in CANARIES if canary in golden_pages["index.html"]]


def test_deliveries_that_all_ended_well_need_nothing(golden):
    golden.execute("delete from quality.delivery_log where status <> 'delivered'")
    assert "Every destination holds what it was last sent: nothing to do." in Page(render(golden)).text
    golden.execute("delete from quality.delivery_log")
    assert "Nothing was delivered before this night" in Page(render(golden)).text
