"""Nights that tests of several files read: the sample with faults among its exports, a small shop, known layouts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import duckdb
import pytest
from attacks import put_attacks
from canaries import put_canaries
from faults.table import Delivered, cases_of, deliver
from layouts import AS_OF, deliver_layouts
from small_shop import generate_small_shop

from dagster_project.lib.transformation.dbt_project.project import ensure_manifest
from tests.conftest import PROJECT, BuiltNight
from tests.processes import Ended
from tests.servers import postgres_server, redis_server

FAULTS = {
    "text for a number": "pos/order_lines",
    "required and missing": "crm/customers",
    "too few fields": "pos/orders",
    "letters of another encoding": "crm/interactions",
    "a line that breaks off": "clickstream/events",
    "broken JSON": "clickstream/events",
    "time later than its file": "email/events",
    "truncated gzip": "products/reviews",
    "Parquet that is none": "enrichment/attributes",
    "required column misspelt": "consents/decisions",
    "error page of a web server": "products/catalog",
    "unclosed quote": "crm/surveys",
    "an upload under way": "pos/sales",
}
"""Fault -> the source that has it."""


@dataclass(frozen=True)
class FaultyNight:
    """A night that had to cope, as it ended."""

    data_dir: Path
    delivered: dict[str, Delivered]
    output: str
    errors: str
    code: int

    @property
    def snapshot(self) -> Path:
        return (self.data_dir / "published" / "current").resolve()


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    """A Redis and a PostgreSQL, by the names of the variables that hold their addresses."""
    try:
        with redis_server() as redis_url, postgres_server() as postgres_url:
            yield {"REDIS_URL": redis_url, "POSTGRES_URL": postgres_url}
    except LookupError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def no_ranker(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A config folder for nights of which no test reads a list: learning to rank is a quarter of what one takes."""
    folder = tmp_path_factory.mktemp("no_ranker")
    _learn_no_ranker(folder)
    return str(folder)


def _learn_no_ranker(config: Path) -> None:
    (config / "recommendations.yml").write_text("ranking: blend\n")


@pytest.fixture(scope="session")
def faulty_night(
    built_once: Callable[..., Path],
    sample_landing: Path,
    no_ranker: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> FaultyNight:
    """The sample with one file of each fault beside its own, files full of canaries, and files full of attacks."""
    landing = tmp_path_factory.mktemp("faulty") / "landing"
    shutil.copytree(sample_landing, landing)
    delivered = {}
    for name, table in FAULTS.items():
        case = next(case for case in cases_of(table) if case.fault.name == name)
        delivered[name] = deliver(case, landing, Random(name))
    put_canaries(landing)
    put_attacks(landing)
    night = BuiltNight.read(
        built_once("faulty", lambda folder: BuiltNight.run(folder, landing, CONFIG_DIR=no_ranker))
    )
    return FaultyNight(night.data_dir, delivered, night.first.output, night.first.errors, night.first.code)


@pytest.fixture(scope="session")
def default_night(built_once: Callable[..., Path]) -> BuiltNight:
    """A night of a checkout of its own, told nothing but `no_ranker`, over the small shop, on all threads."""
    return BuiltNight.read(built_once("default", _run_in_a_checkout))


def _run_in_a_checkout(folder: Path) -> None:
    ensure_manifest()  # so that the copy is parsed already
    ignored = shutil.ignore_patterns("landing", "warehouse", "published", ".venv", ".git")
    for name in ("dagster_project", "models_ml", "expectations", "dbt", "config"):
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copyfile(PROJECT / name, folder / name)
    _learn_no_ranker(folder / "config")
    generate_small_shop(folder / "data" / "sample")
    # not forked: it is about start-up too, with an environment that is empty but for how this machine computes, so that
    # other nights can be held against it
    computes = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    ended = subprocess.run(
        [sys.executable, "-c", "from dagster_project.cli.main import main; main()", "nightly"],
        cwd=folder,
        env={**computes, "PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    BuiltNight(folder / "data", Ended(ended.returncode, ended.stdout, ended.stderr)).write(folder)


@pytest.fixture(scope="session")
def layouts_night(built_once: Callable[..., Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Published tables of one night over exports of every known layout, each a feed of its own."""

    def fill(folder: Path) -> None:
        deliver_layouts(folder)
        BuiltNight.run(folder, folder / "landing", CONFIG_DIR=str(folder / "config"), AS_OF=AS_OF)

    night = BuiltNight.read(built_once("layouts", fill))
    assert night.first.code == 0, night.first.output + night.first.errors
    with duckdb.connect() as connection:
        database = night.snapshot / "kindred.duckdb"
        connection.execute(f"attach '{database}' as published (read_only)")
        connection.execute("use published")
        yield connection
