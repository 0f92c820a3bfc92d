"""The data docs: one site of what was kept, readable without a network, never half written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.documents import write_data_docs


@pytest.fixture
def kept(judge, tmp_path: Path) -> Path:
    """Results of three tables: one passes, one fails, one has a column that is gone."""
    folder = tmp_path / "results"
    judge("raw.pos_sales", results_folder=folder)
    judge("raw.email_events", "update {table} set campaign_id = null", results_folder=folder)
    judge("raw.products_reviews", "alter table {table} drop column rating", results_folder=folder)
    return folder


def test_the_site_has_a_page_for_each_table_and_names_them_all_on_its_index(
    kept: Path, tmp_path: Path
) -> None:
    index = write_data_docs(kept, tmp_path / "docs")
    pages = {page.stem for page in (tmp_path / "docs" / "validations").rglob("*.html")}
    assert pages == {"raw.pos_sales", "raw.email_events", "raw.products_reviews"}
    text = index.read_text()
    assert all(table in text for table in pages)


def test_the_index_shows_what_failed_and_leads_to_each_page(kept: Path, tmp_path: Path) -> None:
    index = write_data_docs(kept, tmp_path / "docs")
    rows = re.findall(r'<tr><td><a href="([^"]+)">([^<]+)</a>' + r"</td><td>([^<]+)" * 3, index.read_text())
    assert {row[1:] for row in rows} == {
        ("raw.email_events", "passed", "0", "1"),
        ("raw.pos_sales", "passed", "0", "0"),
        ("raw.products_reviews", "blocked", "1", "1"),
    }
    assert all((index.parent / page).is_file() for page, *_ in rows)


def test_the_site_asks_no_other_host_for_anything(kept: Path, tmp_path: Path) -> None:
    write_data_docs(kept, tmp_path / "docs")
    for page in (tmp_path / "docs").rglob("*.html"):
        assert not re.findall(
            r"<(?:script|link|img|iframe)\b[^>]*https?://[^>]*>", page.read_text(), re.IGNORECASE
        )


def test_a_second_site_replaces_the_first_and_leaves_nothing_beside_it(kept: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "old.html").write_text("old")
    write_data_docs(kept, docs)
    assert not (docs / "old.html").exists()
    assert (docs / "index.html").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["docs", "results"]


def test_results_of_an_earlier_check_of_a_table_are_replaced(judge, kept: Path) -> None:
    before = (kept / "raw.email_events.json").read_text()
    judge("raw.email_events", results_folder=kept)
    assert (kept / "raw.email_events.json").read_text() != before
    assert len(list(kept.iterdir())) == 3
