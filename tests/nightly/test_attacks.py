"""Exports by somebody who means harm do none: what they hold is text, in tables, on pages and in names of files."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from attacks import ATTACKS, WORD

TEXTS = {" ".join(attack.split()) for attack in ATTACKS}


@pytest.fixture
def ask(faulty_night):
    with duckdb.connect(str(faulty_night.snapshot / "kindred.duckdb"), read_only=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


def test_they_are_loaded_as_text_and_published_as_it_stands(ask):
    for table, column in (
        ("marts.dim_customers", "first_name"),
        ("marts.dim_products", "name"),
        ("marts.fct_events", "search_query"),
        ("marts.fct_orders", "order_id"),
    ):
        found = ask(f"select distinct {column} from {table} where contains({column}, '{WORD}')")
        assert {" ".join(text.split()) for (text,) in found} == TEXTS, table


def test_every_table_is_published(faulty_night, sample_night):
    tables = [
        json.loads((night.snapshot / "manifest.json").read_text())["tables"].keys()
        for night in (faulty_night, sample_night)
    ]
    assert tables[0] == tables[1]


def test_no_file_is_named_by_them(faulty_night):
    named = [path for path in faulty_night.data_dir.rglob("*") if WORD in path.name]
    assert named == []
    assert not Path("/tmp", WORD).exists()
    assert not Path(WORD).exists()


def test_no_page_runs_them_and_no_template_takes_them_for_its_own(faulty_night):
    answers = list((faulty_night.data_dir / "warehouse" / "access").glob("*/data.html"))
    assert answers
    pages = [*answers, *(faulty_night.snapshot / "report").glob("*.html")]
    assert any(f"&lt;script&gt;alert(&#39;{WORD}" in page.read_text() for page in answers)
    for page in pages:
        text = page.read_text()
        assert f"<script>alert('{WORD}" not in text, page.name
        assert "7777777" not in text, page.name


def test_the_night_says_none_of_it(faulty_night):
    assert WORD not in (faulty_night.output + faulty_night.errors).lower()
