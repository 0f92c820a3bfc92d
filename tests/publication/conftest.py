"""A warehouse of published tables alone: empty, and with a couple of rows of everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

FOLDER = Path(__file__).parent


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
