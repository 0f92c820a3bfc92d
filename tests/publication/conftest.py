"""A warehouse of published tables alone: empty, and with a couple of rows of everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from markupsafe import Markup
from report_pages import render_all

from dagster_project.lib.publication.report.drawings import DRAWINGS

FOLDER = Path(__file__).parent
DRAWN_ANEW = dict(DRAWINGS)


def _remembering(draw: Callable[..., Markup]) -> Callable[..., Markup]:
    known: dict[str, Markup] = {}

    def draw_once(*values: object) -> Markup:
        key = repr(values)
        if key not in known:
            known[key] = draw(*values)
        return known[key]

    return draw_once


@pytest.fixture(scope="session", autouse=True)
def _drawn_once() -> Iterator[None]:
    """Tests change a few rows and render all pages: a drawing whose values stay the same is made once."""
    with pytest.MonkeyPatch.context() as patch:
        for name, draw in DRAWN_ANEW.items():
            patch.setitem(DRAWINGS, name, _remembering(draw))
        yield


@pytest.fixture
def drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawings are made as in a night, each time."""
    for name, draw in DRAWN_ANEW.items():
        monkeypatch.setitem(DRAWINGS, name, draw)


@pytest.fixture(scope="session")
def golden_pages() -> dict[str, str]:
    """The pages of `golden`, made once for the tests that change nothing of it."""
    with duckdb.connect() as connection:
        for name in ("report_tables.sql", "report_golden.sql"):
            connection.execute((FOLDER / name).read_text())
        return render_all(connection)


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute((FOLDER / "report_tables.sql").read_text())
        yield connection


@pytest.fixture
def golden(warehouse: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A couple of rows of everything; what they are is told in the file."""
    warehouse.execute((FOLDER / "report_golden.sql").read_text())
    return warehouse
