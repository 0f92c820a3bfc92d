"""The page of questions is true: every query runs on the analysts' copy of the sample, and gives what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import duckdb
import pytest

from tests.docs.scripts import load_script

SCRIPT = load_script("write_answers")
PAGE = SCRIPT.PAGE.read_text()


@pytest.fixture
def analyst(sample_night) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample as everybody on the machine may open it."""
    with duckdb.connect(str(sample_night.snapshot / "analyst.duckdb"), read_only=True) as connection:
        yield connection


def test_every_answer_is_what_its_query_gives(analyst):
    assert SCRIPT.answer_page(PAGE, analyst) == PAGE, "run `make answers`"


def test_every_question_has_a_query_and_all_but_the_one_that_says_so_an_answer():
    questions = re.findall(r"^## .+\?$", PAGE, re.M)
    assert len(questions) == len(SCRIPT.list_queries(PAGE)) == 15
    assert PAGE.count(SCRIPT.NOTHING) == 1


def test_a_wrong_answer_is_noticed(analyst):
    wrong = PAGE.replace("| granted | decided |", "| granted | guessed |")
    assert wrong != PAGE
    assert SCRIPT.answer_page(wrong, analyst) == PAGE


def test_every_relative_link_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (SCRIPT.PAGE.parent / target).exists(), target
