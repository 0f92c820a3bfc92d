"""An empty shop, and the sample's warehouse as its night left it, for questions about what is held of people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from shop import Shop

from dagster_project.lib.common import warehouse
from dagster_project.lib.privacy.access import prepare
from tests.conftest import BuiltNight


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """An empty shop."""
    return Shop(tmp_path)


@pytest.fixture(scope="module")
def database(sample_night: BuiltNight) -> Path:
    """The warehouse of the sample night; copy before you change."""
    return sample_night.data_dir / "warehouse" / "kindred.duckdb"


@pytest.fixture(scope="module")
def held(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, open for reading and prepared for answers."""
    with warehouse.reading(database) as connection:
        prepare(connection)
        yield connection
