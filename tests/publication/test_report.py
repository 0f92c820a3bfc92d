"""The report page: its numbers are the tables' numbers, nothing personal is on it, and it needs nothing but itself."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from report_pages import CANARIES, Page, render, render_all

from dagster_project.lib.publication.report.comparison import compare_models
from dagster_project.lib.publication.report.masking import mask_addresses, quote_masker
from dagster_project.lib.publication.report.writing import write_percent

FOLDER = Path(__file__).parent


def test_the_headline_names_the_night_and_its_totals(golden_pages: dict[str, str]) -> None:
    text = Page(golden_pages["index.html"]).text
    assert (
        "Saturday 31 January 2026, 23:59 UTC" in text and "Run run-2 , computed 2026-02-01 00:07 UTC" in text
    )
    assert "Customers known 20 of 24 in all" in text
    assert "Orders 3 and 2 returns" in text
    assert "Revenue 1,250 EUR, base currency, less returns" in text
    assert "1 order has a currency without an exchange rate" in text
    assert "Events 1,234" in text and "Recommendations 80" in text
    assert "Gate: passed 2 of 3 checks passed; 1 warning is worth a look" in text


def test_checks_are_those_of_the_last_run_of_each_table(golden_pages: dict[str, str]) -> None:
    page = Page(golden_pages["index.html"])
    assert page.row("Checks by table", "marts.fct_orders")[1:3] == ["1", "1"]
    assert page.tables["Failed checks, the blocking ones first"][1:] == [
        ["marts.fct_orders", "expect b", "currency", "warn", "0.75"]
    ]
    assert "1 table was last checked in an earlier run" in page.text


def test_findings_are_counted_over_feeds_and_say_what_to_do(golden_pages: dict[str, str]) -> None:
    page = Page(golden_pages["index.html"])
    assert "5 events do not fit the tracking plan" in page.text
    assert "1 order has no exchange rate: deliver the days below to context/exchange_rates" in page.text
    plan = "Events outside the tracking plan"
    assert page.row(plan, "purchase", "missing parameter")[2:] == [
        "order_id", "5", "2026-01-01 00:00 UTC", "2026-01-03 00:00 UTC"
    ]  # fmt: skip
    assert page.row("Orders without an exchange rate, by currency and days", "ZZZ")[2] == "1"
    assert page.row("Currencies of orders", "EURbase") == ["EURbase", "named by the settings", "3"]


def test_a_failed_blocking_check_blocks_the_gate(golden: duckdb.DuckDBPyConnection) -> None:
    golden.execute("update quality.validation_results set severity = 'error'")
    assert "Gate: blocked 1 blocking check of 3 failed" in Page(render(golden)).text


def test_identity_counts_records_and_records_per_customer(golden_pages: dict[str, str]) -> None:
    page = Page(golden_pages["index.html"])
    assert page.row("Records by source and kind", "pos/orders")[1:] == ["guest order", "6", "2", "33.3%", "–"]
    # of twenty-four customers two have two records
    assert page.row("Records per customer", "1")[1:] == ["withheld", "–"]
    assert page.row("Records per customer", "2")[1:] == ["under 10", "–"]


def test_segments_of_fewer_than_ten_are_not_sized(golden: duckdb.DuckDBPyConnection) -> None:
    page = Page(render(golden))
    assert page.row("Members by segment", "loyal")[1:] == ["10", "", "10", "50.0%"]
    assert page.row("Members by segment", "tiny")[1:] == ["under 10", "", "–", "–"]
    golden.execute("update marts.dim_customers set is_known = false where customer_id = 'c0'")
    assert Page(render(golden)).row("Members by segment", "loyal")[1:] == ["10", "", "under 10", "–"]
    golden.execute(
        "insert into activation.segment_memberships by name"
        " select 'c' || i as customer_id, 'loyal' as segment from range(10, 20) r(i)"
    )
    assert Page(render(golden)).row("Members by segment", "loyal")[1:] == ["20", "", "withheld", "–"]


def test_the_champion_stands_beside_the_others_and_the_verdict_is_plain(
    golden_pages: dict[str, str],
) -> None:
    page = Page(golden_pages["index.html"])
    panel = "NDCG@10, with 95% interval"
    assert page.row(panel, "Published (hybrid)")[1:3] == ["0.377", "0.360–0.394"]
    assert page.row(panel, "Popularity")[1:3] == ["0.145", "0.134–0.157"]
    assert "The published model beats popularity: NDCG@10 is 0.377 against 0.145" in page.text
    assert "Personal frequency scores higher still" in page.text
    assert "0.888" not in page.text and "NDCG@10 is 0.999" not in page.text
    assert page.row("Lists and rows by strategy", "for_you", "hybrid")[2:4] == ["5", "50"]
    assert page.row("Lists and rows by strategy", "for_you", "popularity")[2:4] == ["3", "30"]


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [((0.3, 0.25, 0.35), "ahead"), ((0.22, 0.17, 0.27), "leaning"), ((0.2, 0.15, 0.25), "trailing"),
     ((0.1, 0.05, 0.14), "behind"), ((0.3, None, None), "leaning")],
)  # fmt: skip
def test_the_verdict_is_certain_only_where_intervals_are_apart(
    ours: tuple[float, float | None, float | None], verdict: str
) -> None:
    rows = [
        dict(zip(("model", "metric", "value", "ci_low", "ci_high"), (model, "ndcg@10", *values), strict=True))
        for model, values in (("hybrid", ours), ("popularity", (0.2, 0.15, 0.24)))
    ]
    assert compare_models({"model": "hybrid"}, rows)["verdict"] == verdict


def test_every_published_table_is_listed_with_its_rows(golden: duckdb.DuckDBPyConnection) -> None:
    page = Page(render(golden))
    tables = re.findall(r"create table ([a-z_.]+)", (FOLDER / "report_tables.sql").read_text())
    assert sum(len(rows) - 1 for name, rows in page.tables.items() if name.startswith("Rows in")) == len(
        tables
    )
    for table in tables:
        (rows,) = golden.execute(f"select count(*) from {table}").fetchone() or (None,)
        assert page.row(f"Rows in {table.split('.')[0]}", table)[1:] == [f"{rows:,}"]


@pytest.mark.parametrize("has_tables", [True, False])
def test_an_empty_warehouse_renders_sentences_and_no_empty_table(
    warehouse: duckdb.DuckDBPyConnection, has_tables: bool
) -> None:
    with duckdb.connect() as nothing:
        page = Page(render(warehouse if has_tables else nothing))
    for sentence in ("No file has arrived yet", "No table was checked yet", "No record names a person yet",
                     "No segment has members tonight", "There are no recommendations yet"):  # fmt: skip
        assert sentence in page.text
    assert all(len(rows) > 1 for rows in page.tables.values())


def test_nothing_personal_is_on_the_page(golden: duckdb.DuckDBPyConnection) -> None:
    golden.execute(
        "insert into quality.ingested_files by name select"
        " 'crm/customers/zebedee.quux@example.org.csv' as file_path, 'crm' as source, 'customers' as source_table,"
        " 'h9' as content_hash, 'quarantined' as status, timestamp '2026-01-31' as ingested_at, 'run-2' as run_id,"
        " 'its header names ''Quux'' more than once' as reason"
    )
    html = render(golden)
    assert [canary for canary in CANARIES if canary.lower() in html.lower()] == []


def test_names_that_hold_markup_are_escaped(golden: duckdb.DuckDBPyConnection) -> None:
    attack = "<script>alert(1)</script>"
    golden.execute("update activation.segment_memberships set segment = ? where segment = 'loyal'", [attack])
    golden.execute("update quality.ingested_files set file_path = ? where source = 'crm'", [attack])
    golden.execute("update quality.validation_results set observed_value = ?", [attack])
    html = render(golden)
    assert "<script" not in html and html.count("&lt;script&gt;") >= 3


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "customers.html",
        "messages.html",
        "experiments.html",
        "recommendations.html",
        "identity.html",
        "privacy.html",
    ],
)
def test_a_page_needs_nothing_but_the_other_one(golden_pages: dict[str, str], name: str) -> None:
    pages = golden_pages
    ids = {f"{other}#{id}" for other, html in pages.items() for id in Page(html).ids} | set(pages)
    page = Page(pages[name])
    assert {name + link if link.startswith("#") else link for link in page.links} <= ids
    assert len(page.ids) == len(set(page.ids))
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?:|@import|url\(|@font-face", pages[name])


@pytest.mark.usefixtures("drawn_anew")
def test_the_same_night_gives_the_same_bytes(
    golden: duckdb.DuckDBPyConnection, golden_pages: dict[str, str]
) -> None:
    assert render_all(golden) == golden_pages


def test_masking_keeps_known_columns_and_the_path_and_nothing_else_in_quotes() -> None:
    mask = quote_masker({"order_id"})
    assert mask("'Order_ID' and 'O\\'Quux' and \"Quux\" in '.csv'", "a.csv") == (
        "'Order_ID' and [withheld] and [withheld] in '.csv'"
    )
    assert mask_addresses("mail/zebedee.quux@example.org.csv") == "mail/[withheld]"


def test_percents_do_not_round_to_all_or_nothing() -> None:
    assert [write_percent(share) for share in (0, 0.0001, 0.314, 0.9999, 1, None)] == [
        "0.0%", "<0.1%", "31.4%", ">99.9%", "100.0%", "–",
    ]  # fmt: skip
