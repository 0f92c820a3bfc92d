"""Who is who in the report: counts, drift, and the page of pairs that shows nobody."""

from __future__ import annotations

import duckdb
import pytest
from drawn import Drawing
from report_pages import CANARIES, Page, render, render_all

from dagster_project.lib.publication.report.masking import mask_record
from dagster_project.lib.publication.report.pairs import add_up


def matching(connection: duckdb.DuckDBPyConnection) -> str:
    return render_all(connection)["identity.html"]


def test_duplicates_and_the_largest_customers_are_counted(golden: duckdb.DuckDBPyConnection) -> None:
    golden.execute(
        "update marts.customer_identities set customer_id = 'c0' where source_record_id in ('s1', 's2')"
    )
    golden.execute(
        "insert into marts.customer_identities values ('pos', 'orders', 'customer', 's1', 'c0', 'self', 1)"
    )
    page = Page(render(golden))
    # pos/orders described customers in an earlier night and does no more
    assert page.tables["Duplicates by source"][1:] == [["crm/customers", "20", "18", "10.0%"]]
    assert page.tables["Customers with most records"] == [
        ["Records", "Customer", "Guest order"], ["4", "4", "0"], ["2", "1", "1"], ["2", "1", "1"]
    ]  # fmt: skip


def test_the_changes_of_this_night_and_refusals_are_counted_by_reason(
    golden: duckdb.DuckDBPyConnection,
) -> None:
    page = Page(render(golden))
    assert page.tables["Changes of who is who tonight"][1:] == [
        ["merged", "joined by email", "2"], ["split", "parted: nothing links them any more", "1"]
    ]  # fmt: skip
    assert "Changed tonight 3" in page.text and "To review 2 pairs" in page.text
    assert page.row("Refused links by reason", "identifier overused")[1:] == ["5", "6"]
    golden.execute("delete from marts.identity_changes where change <> 'tombstoned'")
    assert (
        "No customer was merged, split or lost tonight; 1 change is known of earlier nights"
        in Page(render(golden)).text
    )


def test_a_share_far_from_the_median_of_earlier_nights_is_a_finding(
    golden_pages: dict[str, str],
) -> None:
    page = Page(golden_pages["index.html"])
    assert page.row("Records by source and kind", "crm/customers")[4:] == ["10.0%", "30.0%"]
    measures = "Tonight against earlier nights"
    assert page.row(measures, "Estimated recalldrifted")[1:] == ["all", "91.0%", "99.0%", "−8.0 points"]
    assert page.row(measures, "Records joined to others", "all")[2:] == ["15.4%", "20.0%", "−4.6 points"]
    assert page.row(measures, "Estimated precision")[3:] == ["–", "–"]
    assert "1 measure of who is who drifted" in page.text
    assert "Estimated recall: 91.0%, −8.0 points against the median of 1 earlier night" in page.text


def test_a_kind_of_few_records_never_drifts(golden: duckdb.DuckDBPyConnection) -> None:
    """20 records moved from a median of 30% to 10% and say nothing; 50 would."""
    finding = (
        "Records joined to others of crm/customers, customer: 10.0%, −20.0 points against the median of 3"
    )
    assert finding not in Page(render(golden)).text
    golden.execute(
        "insert into marts.customer_identities"
        " select 'crm', 'customers', 'customer', 'x' || i, 'x' || i, 'self', 1 from range(30) r(i)"
    )
    assert finding in Page(render(golden)).text


def test_without_earlier_nights_nothing_is_compared(golden: duckdb.DuckDBPyConnection) -> None:
    golden.execute("delete from quality.identity_measures where as_of < '2026-01-31 23:59'")
    page = Page(render(golden))
    assert "Tonight against earlier nights" not in page.tables and "drifted" not in page.text
    assert "Estimated precision 98.0%" in page.text


def test_precision_and_recall_are_shown_as_measured_where_truth_is_known(
    golden: duckdb.DuckDBPyConnection,
) -> None:
    assert "Measured precision" not in Page(render(golden)).text
    golden.execute(
        "insert into quality.identity_measures values"
        " ('measured_precision', null, null, 0.96, '2026-01-31 23:59', 'run-2'),"
        " ('measured_recall', null, null, 0.88, '2026-01-31 23:59', 'run-2')"
    )
    text = Page(render(golden)).text
    assert "Measured precision 96.0%" in text and "Measured recall 88.0%" in text
    assert "Estimated precision 98.0%" in text


def test_pairs_are_listed_by_place_with_the_sum_of_their_evidence(golden_pages: dict[str, str]) -> None:
    page = Page(golden_pages["identity.html"])
    assert "2 pairs wait for a person's judgement" in page.text
    assert page.row("Pairs to review", "1")[1:] == [
        "crm/customers customer …231crm/customers customer [withheld]", "one customer", "just above the threshold",
        "+2.0", "+0.5", "80.0%",
    ]  # fmt: skip
    assert page.row("Pairs to review", "2")[2:] == [
        "two customers",
        "below threshold",
        "0.0",
        "−1.5",
        "50.0%",
    ]
    assert page.tables["Weights of pair 1"] == [
        ["What", "Finding", "Bits", "So far"], ["before comparing", "", "−10.0", "−10.0"],
        ["surname", "rare name", "+16.0", "+6.0"], ["birth date", "different", "−3.0", "+3.0"],
        ["may be one household", "", "−1.0", "+2.0"], ["total", "threshold +1.5", "+2.0", ""],
    ]  # fmt: skip


def test_only_so_many_pairs_are_listed_and_the_page_says_how_many_there_are(
    golden: duckdb.DuckDBPyConnection,
) -> None:
    golden.execute(
        "insert into quality.merges_to_review"
        " select 2 + i, 'crm/customers|customer|C2' || i, 'crm/customers|customer|C3', false, 'below threshold', 0,"
        " -1.5 - i, evidence from quality.merges_to_review, range(1, 60) r(i) where place = 2"
    )
    page = Page(matching(golden))
    assert len(page.tables["Pairs to review"]) == 51 and page.tables["Pairs to review"][50][0] == "50"
    assert "The first 50 of 61 are listed" in page.text


def test_refusals_show_a_few_examples_a_reason_and_not_who_decided(golden_pages: dict[str, str]) -> None:
    rows = Page(golden_pages["identity.html"]).tables["Refused links by reason, with examples"][1:]
    assert rows[0] == [
        "identifier overused", "5", "crm/customers customer …000crm/customers customer …001",
        "phone shared by 6 customers", "–",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == [
        f"crm/customers customer …000crm/customers customer …00{i}" for i in (2, 3)
    ] + ["excluded by a person"]
    assert rows[3][2:] == ["crm/customers customer [withheld]email/events email [withheld]", "–", "+9.5"]


def test_weights_stand_by_field_the_strongest_first_on_one_axis(golden_pages: dict[str, str]) -> None:
    html = golden_pages["identity.html"]
    page = Page(html)
    assert "learned from your records without labels; email can say most" in page.text
    captions = [caption for caption in page.tables if caption.startswith("Match weights of")]
    assert captions == ["Match weights of email", "Match weights of surname"]
    assert page.row("Match weights of surname", "rare name")[1:] == ["64.0%", "1.0%", "30.0%", "+6.0"]
    assert "missing" not in page.text
    drawn = [Drawing.of(html, f"weights-{number}").panel() for number in (1, 2)]
    assert [panel.values() for panel in drawn] == [[-1, 12], [-4, 6]]
    assert drawn[0].limits() == drawn[1].limits()


def test_a_pair_is_drawn_as_its_table_tells_it(golden_pages: dict[str, str]) -> None:
    html = golden_pages["identity.html"]
    drawing = Drawing.of(html, "pair-1-drawing")
    assert drawing.name == "Match weight of pair 1"
    assert drawing.panel().values("totals") == [-10, 6, 3, 2, 2]
    assert drawing.panel().spans("threshold") == [(1.5, 1.5)]
    told = [text for text in drawing.texts if text[0] in "+−" and "." in text]
    assert told == [*(row[2] for row in Page(html).tables["Weights of pair 1"][1:])]


def test_nobody_is_on_the_page_and_markup_is_escaped(golden: duckdb.DuckDBPyConnection) -> None:
    attack = "<script>alert(1)</script>"
    golden.execute("update quality.match_weights set label = ? where label = 'same'", [attack])
    golden.execute("update quality.refused_merges set detail = ? where detail like 'phone%'", [attack])
    html = matching(golden)
    assert [canary for canary in CANARIES if canary.lower() in html.lower()] == []
    assert "<script" not in html and html.count("&lt;script&gt;") >= 2


@pytest.mark.parametrize("has_tables", [True, False])
def test_without_pairs_the_page_says_so(warehouse: duckdb.DuckDBPyConnection, has_tables: bool) -> None:
    with duckdb.connect() as nothing:
        page = Page(matching(warehouse if has_tables else nothing))
    for sentence in (
        "No pair of records is near enough",
        "No link was refused",
        "No weights were learned yet",
    ):
        assert sentence in page.text
    assert page.tables == {}


def test_a_weight_adds_up_from_the_prior_to_the_sum() -> None:
    added = add_up({
        "prior": -10, "fields": [{"field": "email", "finding": "same", "weight": 14}], "same_household": 0,
        "threshold": 1,
    })  # fmt: skip
    assert [(row["kind"], row["before"], row["total"]) for row in added["rows"]] == [
        ("start", 0, -10), ("for", -10, 4), ("sum", 0, 4)
    ]  # fmt: skip
    assert (added["total"], added["threshold"]) == (4, 1)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("crm/customers|customer|C100231", "crm/customers customer …231"),
     ("crm/customers|customer|C12", "crm/customers customer [withheld]"),
     ("crm/customers|customer|zebedee", "crm/customers customer [withheld]"),
     ("crm/customers|customer|Z. Quux 1985", "crm/customers customer [withheld]"),
     ("web/events|visitor|8f14e45fceea", "web/events visitor [withheld]"),
     ("web/events|visitor|8f14e45fce1a", "web/events visitor …e1a"),
     ("pos/orders|guest_order|2024|000123", "pos/orders guest order …123"),
     ("email/events|email|zebedee.quux@example.123", "email/events email [withheld]"),
     ("zebedee.quux@example.org|user|1", "[withheld] user [withheld]"), ("odd", "odd  [withheld]")],
)  # fmt: skip
def test_of_a_record_source_kind_and_the_end_of_a_number_are_shown(key: str, shown: str) -> None:
    assert mask_record(key) == shown
