"""A warehouse of published tables alone: empty, and with a couple of rows of everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from report_pages import render_all

FOLDER = Path(__file__).parent


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
