"""Build small warehouses with the dbt project and hand out read-only connections to them.

Belongs here: raw tables made from the project's own source files, one build a scenario.
Does not belong here: what a scenario contains (scenario.yml) and what is asserted (test_*.py).
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest
import yaml

from dagster_project.lib.privacy.privacy_settings import PrivacySettings, write_privacy_settings
from dagster_project.lib.transformation.dbt_project.project import load_parsed, segment_names

ROOT = Path(__file__).resolve().parents[2]
DBT = ROOT / "dbt"
Rows = Mapping[str, Sequence[Mapping[str, object]]]


def source_tables() -> dict[str, dict[str, str]]:
    """{"raw.crm_customers": {"customer_id": "varchar", ...}, ...}, from the source files of the project."""
    tables: dict[str, dict[str, str]] = {}
    for path in sorted(DBT.glob("models/staging/*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text())["sources"]:
            for table in source["tables"]:
                columns = {column["name"]: column["data_type"] for column in table["columns"]}
                tables[f"{source['schema']}.{table['name']}"] = columns
    return tables


def _create_sources(connection: duckdb.DuckDBPyConnection, rows: Rows, as_of: str) -> None:
    """Create every source table; `rows` fills raw ones, `_feed` defaults to the canonical folder and file 1."""
    for table, columns in source_tables().items():
        connection.execute(f"create schema if not exists {table.split('.')[0]}")
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"create table {table} ({listed})")
    write_privacy_settings(connection, PrivacySettings())
    night = "insert into operations.current_night values ('run_1', ?, timestamp '2030-01-01')"
    connection.execute(night, [as_of])
    for name, table_rows in rows.items():
        for number, row in enumerate(table_rows, start=1):
            lineage = {"_feed": name.replace("_", "/", 1), "_file_id": 1, "_row_number": number}
            full = {**lineage, **row}
            columns = ", ".join(f'"{column}"' for column in full)
            marks = ", ".join("?" for _ in full)
            connection.execute(f"insert into raw.{name} ({columns}) values ({marks})", list(full.values()))


class Project:
    """The dbt project as the nights parsed it; every build happens in one file."""

    def __init__(self, folder: Path) -> None:
        from dbt.cli.main import dbtRunner

        self.folder = folder
        self.warehouse = folder / "kindred.duckdb"
        self.options = [
            "--project-dir",
            str(DBT),
            "--profiles-dir",
            str(DBT),
            "--target-path",
            str(folder / "target"),
            "--log-path",
            str(folder / "logs"),
            "--quiet",
            "--log-level-file", "none", "--no-write-json", "--no-version-check", "--cache-selected-only",
        ]  # fmt: skip
        self.manifest = load_parsed()
        self.runner = dbtRunner(manifest=self.manifest)

    def invoke(self, command: str, *arguments: str) -> list[str]:
        """Run a dbt command; the unhappy nodes, each with its message."""
        # other tests of this process point dbt at warehouses of theirs
        os.environ["KINDRED_WAREHOUSE"] = str(self.warehouse)
        outcome = self.runner.invoke([command, *self.options, *arguments])
        assert outcome.exception is None, outcome.exception
        return [f"{r.node.name}: {r.message}" for r in outcome.result if r.status not in ("success", "pass")]

    def build(
        self, fill: Callable[[duckdb.DuckDBPyConnection], None], name: str, command: str = "build"
    ) -> Path:
        """Fill a fresh warehouse, build (or only run) every model, and keep a copy of the file under `name`."""
        self.release()
        self.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(self.warehouse)) as connection:
            fill(connection)
        unhappy = self.invoke(
            command,
            *(f"--exclude-resource-type={name}" for name in ("unit_test", "exposure") if command == "build"),
        )
        assert not unhappy, "\n".join(unhappy)
        self.release()
        (self.folder / name).mkdir()
        return Path(shutil.copy(self.warehouse, self.folder / name / self.warehouse.name))

    def release(self) -> None:
        """Let go of the file, which dbt's adapter keeps open after a run, so that all of it is on disk."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()
        # cursors of dbt's threads lie in cycles, and keep the file open for as long as these do
        gc.collect()


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The parsed project, with its warehouse in a folder of its own."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("dbt")
    patch.setenv("KINDRED_WAREHOUSE", str(folder / "kindred.duckdb"))
    patch.setenv("KINDRED_SEGMENTS", " ".join(segment_names()))
    patch.setenv("DO_NOT_TRACK", "1")
    yield Project(folder)
    patch.undo()


@pytest.fixture(scope="session")
def create_sources() -> Callable[[duckdb.DuckDBPyConnection, Rows, str], None]:
    """Create every source table and fill the raw ones, for tests that bring their own rows."""
    return _create_sources


def _chain(length: int) -> list[dict[str, object]]:
    """Guest orders, each linked to the next by an address or a number in turn: one person, end to end."""
    order = {"ordered_at": "2024-01-05", "product_id": "tea", "quantity": 1, "unit_price": 1}
    return [
        {
            "order_id": f"chain{i}",
            "email": f"chain{(i + 1) // 2}@x.org",
            "phone": f"0301234{i // 2:04d}",
            **order,
        }
        for i in range(length)
    ]


@pytest.fixture(scope="session")
def scenario() -> dict[str, dict]:
    """The rows of scenario.yml, with a chain of sixty guest orders among the sales."""
    scenario = yaml.safe_load(Path(__file__).with_name("scenario.yml").read_text())
    scenario["rows"]["pos_sales"] += _chain(60)
    return scenario


@pytest.fixture(scope="session")
def small_warehouse(
    built_once: Callable[[str, Callable[[Path], None]], Path], project: Project, scenario: dict[str, dict]
) -> Path:
    """The scenario as it stands, built and tested."""

    def fill(folder: Path) -> None:
        built = project.build(lambda c: _create_sources(c, scenario["rows"], scenario["as_of"]), "small")
        shutil.copy(built, folder / built.name)

    return built_once("small warehouse", fill) / project.warehouse.name


@pytest.fixture(scope="session")
def warehouse_with_future(project: Project, scenario: dict[str, dict]) -> Path:
    """The scenario with rows on top that happened after as_of."""
    rows = {name: [*table, *scenario["future"].get(name, [])] for name, table in scenario["rows"].items()}
    return project.build(lambda c: _create_sources(c, rows, scenario["as_of"]), "future", command="run")


@pytest.fixture(scope="session")
def permuted_warehouse(project: Project, scenario: dict[str, dict]) -> Path:
    """The scenario with its first nine files and all rows in reverse order."""

    def moved(row: dict) -> dict:
        number = row.get("_file_id", 1)
        return {**row, "_file_id": 10 - number if number < 10 else number}

    rows = {name: [moved(row) for row in reversed(table)] for name, table in scenario["rows"].items()}
    return project.build(lambda c: _create_sources(c, rows, scenario["as_of"]), "permuted", command="run")


@pytest.fixture
def ask(small_warehouse: Path) -> Iterator[Callable[[str], list[tuple]]]:
    """Rows of a query over the small warehouse."""
    with duckdb.connect(str(small_warehouse), read_only=True) as connection:
        yield lambda query: connection.execute(query).fetchall()
