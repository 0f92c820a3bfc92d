"""Marts of a test's own rows, nights over them, and what some nights left behind."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from pydantic import TypeAdapter
from shop_marts import Marts

from dagster_project.lib.personalization.recommendations import train_and_recommend
from dagster_project.lib.personalization.reranking.reranking import Wishes
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving.serving import RecommenderResult
from models_ml.recommendations.parameters import RecommenderParameters

COMPUTED_AT = datetime(2024, 7, 1)
PARAMETERS = RecommenderParameters(
    factors=8, iterations=5, ranker_trees=10, ranker_least_pairs=20, ranker_least_customers=20
)


@pytest.fixture
def marts() -> Iterator[Marts]:
    connection = duckdb.connect()
    yield Marts(connection)
    connection.close()


@pytest.fixture
def make_marts() -> Callable[[], Marts]:
    return lambda: Marts(duckdb.connect())


@pytest.fixture
def parameters() -> RecommenderParameters:
    """A small model."""
    return PARAMETERS


@pytest.fixture
def computed_at() -> datetime:
    """The time of a run, UTC, naive."""
    return COMPUTED_AT


Train = Callable[..., RecommenderResult]
"""Measure, train and write the lists of some marts."""


_RESULTS = TypeAdapter(list[RecommenderResult])


def _train_in(models: Path) -> Train:
    def train(
        marts: Marts,
        run_id: str = "run-1",
        parameters: RecommenderParameters | None = PARAMETERS,
        wishes: Wishes | None = None,
    ) -> RecommenderResult:
        return train_and_recommend(
            marts.connection, Run(run_id, COMPUTED_AT, models), parameters=parameters, wishes=wishes
        )

    return train


@pytest.fixture
def run(tmp_path: Path) -> Train:
    """A night, with its models in the test's own folder."""
    return _train_in(tmp_path / "models")


@pytest.fixture
def after_nights(
    built_once: Callable[[str, Callable[[Path], None]], Path], tmp_path: Path
) -> Iterator[Callable[[str, Callable[[Marts, Train], list[RecommenderResult]]], Marts]]:
    """Marts and models as some nights left them, `nights` being their results: run once, and each test gets a copy."""
    connection = duckdb.connect()

    def begin(name: str, run_nights: Callable[[Marts, Train], list[RecommenderResult]]) -> Marts:
        def fill(folder: Path) -> None:
            with duckdb.connect() as first:
                marts = Marts(first)
                results = run_nights(marts, _train_in(folder / "models"))
                marts.keep(folder / "marts.duckdb")
            (folder / "results.json").write_bytes(_RESULTS.dump_json(results))

        folder = built_once(name, fill)
        shutil.copytree(folder / "models", tmp_path / "models")
        marts = Marts(connection, folder / "marts.duckdb")
        marts.nights = _RESULTS.validate_json((folder / "results.json").read_bytes())
        return marts

    yield begin
    connection.close()


def _run_one_night(marts: Marts, train: Train) -> list[RecommenderResult]:
    marts.add_shop()
    return [train(marts)]


@pytest.fixture
def trained(after_nights: Callable[..., Marts]) -> Marts:
    """The shop of two tastes after its first night, which was `run-1`."""
    return after_nights("shop_after_one_night", _run_one_night)
