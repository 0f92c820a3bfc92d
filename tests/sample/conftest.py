"""The invented shop that the tests of the generator share: the default one, made once and read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.sample import generate


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The default shop, 500 customers and seed 7: its folder, and the rows by file that the generator told."""
    folder = tmp_path_factory.mktemp("shop")
    return folder, generate(folder)


@pytest.fixture
def sizes(made: tuple[Path, dict[str, int]]) -> dict[str, int]:
    """Rows by file of the default shop."""
    return made[1]


@pytest.fixture(scope="session")
def shop(made: tuple[Path, dict[str, int]]) -> Path:
    """The folder of the default shop."""
    return made[0]


def read(files: str, name: str) -> str:
    """SQL that reads files of whatever format, delimited ones with every value as text."""
    if ".jsonl" in name:
        return f"read_json('{files}', map_inference_threshold = -1)"
    if name.endswith(".parquet"):
        return f"read_parquet('{files}')"
    return f"read_csv('{files}', all_varchar = true, filename = true)"


@pytest.fixture(scope="session")
def warehouse(shop: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The default shop as tables: <source>_<table>, such as pos_orders, and truth_<table>."""
    with duckdb.connect() as connection:
        for folder in sorted((shop / "landing").glob("*/*")):
            name = next(folder.iterdir()).name
            connection.execute(
                f"create table {folder.parent.name}_{folder.name} as from {read(f'{folder}/*', name)}"
            )
        for file in sorted((shop / "truth").iterdir()):
            source = f"read_csv('{file}')" if file.suffix == ".csv" else f"read_parquet('{file}')"
            connection.execute(f"create table truth_{file.stem} as from {source}")
        yield connection


@pytest.fixture
def query(warehouse: duckdb.DuckDBPyConnection) -> Callable[[str], list[tuple]]:
    """Run SQL over the default shop."""
    return lambda sql: warehouse.execute(sql).fetchall()
