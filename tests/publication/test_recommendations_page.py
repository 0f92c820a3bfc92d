"""The recommender's page: models, groups, nights, refusals, shown lists, tuning; nothing of a small group."""

from __future__ import annotations

import duckdb
import pytest
from report_pages import CANARIES, Page, render, render_all

NIGHTS = "The last models, the newest first, with NDCG@10 and its 95% interval"
REASON = "spoilt: the factors of products say no more of them than those of any others would"


def recommendations(connection: duckdb.DuckDBPyConnection) -> str:
    return render_all(connection)["recommendations.html"]


@pytest.fixture
def page(golden_pages: dict[str, str]) -> Page:
    return Page(golden_pages["recommendations.html"])


@pytest.fixture
def refused(golden: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A night after it, whose model is refused."""
    golden.execute(
        """
        insert into quality.model_versions values
        ('hybrid', 'v4', 'refused', '2026-01-31', '', '{"as_of": "2026-01-31T23:00:00"}', 'run-3', ?, null)
        """,
        [REASON],
    )
    return golden


def test_the_recommenders_champion_is_shown_and_not_the_one_of_a_score(page):
    assert "Version v2 beside simpler models" in page.text
    assert "40 known customers bought in them" in page.text
    row = page.row("NDCG@10, all products, with 95% interval", "Published (hybrid)")
    assert row[1:] == ["0.377", "0.360–0.394"]


def test_groups_stand_beside_popularity_and_small_ones_are_left_out(page):
    assert page.tables["NDCG@10 by group, with 95% interval"][1:] == [
        ["2-4", "purchase days", "12", "0.300", "0.200–0.400", "0.200"],
        ["20+", "purchase days", "11", "0.500", "0.400–0.600", "–"],
        ["loyal", "segment", "10", "0.400", "0.300–0.500", "–"],
    ]


def test_nights_say_what_became_of_each_model(page):
    assert page.tables[NIGHTS][1:] == [
        ["2026-01-30 23:59 UTC", "v2in usetuned", "0.377", "0.360–0.394", "0.145"],
        ["2026-01-29 23:59 UTC", "v1followed", "0.999", "0.990–1.000", "–"],
    ]


def test_a_refused_model_is_told_with_its_reason_on_both_pages(refused):
    pages = render_all(refused)
    for name in ("index.html", "recommendations.html"):
        text = Page(pages[name]).text
        assert f"Tonight's model is not published: {REASON}." in text
        assert "The lists are those of version v2 , of an earlier night." in text
    newest = Page(pages["recommendations.html"]).tables[NIGHTS][1]
    assert newest[1] == f"v4refused{REASON}"


def test_a_refused_model_without_an_earlier_one_leaves_popularity(refused):
    refused.execute("delete from quality.model_versions where model_version <> 'v4'")
    assert "There is no earlier one: the lists are those of popularity." in Page(render(refused)).text


def test_a_withdrawn_model_is_no_refusal_of_tonight(golden):
    golden.execute("update quality.model_versions set status = 'champion' where model_version = 'v1'")
    golden.execute(
        """
        update quality.model_versions
        set status = 'retired', withdrawn_at = '2026-02-01', reason = 'withdrawn by a rollback to v1'
        where model_version = 'v2'
        """
    )
    page = Page(recommendations(golden))
    assert "Tonight's model is not published" not in page.text
    assert page.tables[NIGHTS][1][1] == "v2withdrawntunedwithdrawn by a rollback to v1"


def test_what_was_refused_before_a_model_that_a_rollback_withdrew_is_no_refusal_of_tonight(refused):
    refused.execute(
        """
        insert into quality.model_versions values ('hybrid', 'v5', 'retired', '2026-02-02', '',
        '{"as_of": "2026-01-31T23:59:00"}', 'run-4', 'withdrawn by a rollback to v2', '2026-02-03')
        """
    )
    assert "is not published" not in Page(recommendations(refused)).text


def test_a_night_of_the_past_knows_nothing_of_later_ones(refused):
    refused.execute(
        "update quality.model_versions set parameters = '{\"as_of\": \"2026-02-02T00:00:00\"}' where status = 'refused'"
    )
    page = Page(recommendations(refused))
    assert "is not published" not in page.text and "v4" not in page.text


def test_shown_lists_are_summed_over_28_days_and_small_counts_withheld(page):
    caption = "Products shown, selected and bought within 7 days, by strategy and model"
    assert page.tables[caption][1:] == [
        ["hybrid", "v2", "2026-01-30 to 2026-01-31", "200", "30", "15.0%", "under 10"],
        ["popularity", "–", "2026-01-31 to 2026-01-31", "40", "under 10", "–", "0"],
    ]


def test_the_last_study_tells_what_its_best_trial_changes_and_what_became_of_it(page):
    assert "3 trials" in page.text and "Trial 1 is the best with 0.250" in page.text
    assert "It is in use since a night found it no worse." in page.text
    assert page.tables["What the best trial changes"][1:] == [["confidence", "3", "4.568"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("delete from quality.model_versions where model_version = 'v2'", "The next night tries it."),
        ("update quality.model_versions set status = 'refused', reason = 'worse' where model_version = 'v2'",
         "A night refused it: worse."),
        ("update quality.model_versions set withdrawn_at = '2026-02-01' where model_version = 'v2'",
         "It was withdrawn by a rollback."),
        ("delete from quality.tuning_trials where study = 's' and trial > 0", "Nothing better was found."),
    ],
)  # fmt: skip
def test_what_became_of_the_best_trial_is_told(golden, change, said):
    golden.execute(change)
    assert said in Page(recommendations(golden)).text


def test_without_a_recommender_every_section_says_so(warehouse):
    text = Page(recommendations(warehouse)).text
    for said in ("No model is published", "not measured by groups", "No model was trained yet",
                 "Nobody reports what was shown", "Nothing was tuned"):  # fmt: skip
        assert said in text


def test_a_warehouse_without_these_tables_has_the_page_too(golden):
    for table in ("model_versions", "model_evaluations", "tuning_trials", "recommendation_performance"):
        golden.execute(f"drop table quality.{table}")
    assert "No model was trained yet" in Page(recommendations(golden)).text


def test_reasons_are_escaped_and_masked_and_nobody_is_named(refused):
    refused.execute(
        "update quality.model_versions set reason = '<b>zebedee.quux@example.org</b>' where status = 'refused'"
    )
    html = recommendations(refused)
    assert "&lt;b&gt;[withheld]&lt;/b&gt;" in html
    assert not [canary for canary in CANARIES if canary.lower() in html.lower()]
