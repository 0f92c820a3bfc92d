"""Versions of a model by their nights: who was the champion before, and whose artefacts are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb
import pytest

from dagster_project.lib.personalization.records import versions
from dagster_project.lib.personalization.records.versions import Version
from dagster_project.lib.personalization.run import Run


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def train(connection) -> Callable[..., None]:
    """Record a version of the night of that day, trained on it too where nothing else is said."""

    def write(
        version: str,
        day: int,
        *,
        trained_on: int | None = None,
        status: Literal["champion", "refused"] = "champion",
    ) -> None:
        parameters = {"as_of": datetime(2026, 1, day).isoformat()}
        trained_at = datetime(2026, 1, trained_on or day, 2)
        run = Run("run", trained_at, Path("unused"))
        record = Version("als", version, run, f"hash of {version}", parameters)
        versions.write_version(connection, record, status)

    return write


def test_a_night_run_again_and_one_of_the_past_know_the_champions_before_them_alone(connection, train):
    for day in (1, 2, 3):
        train(f"v{day}", day)
    train("refused", 2, status="refused")

    def before(day):
        champion = versions.read_earlier_champion(connection, "als", datetime(2026, 1, day))
        return champion and champion[0]

    assert [before(day) for day in (1, 2, 3, 4)] == [None, "v1", "v2", "v3"]
    assert versions.read_earlier_champion(connection, "another", datetime(2026, 1, 4)) is None


def test_the_champion_is_kept_first_then_former_ones_then_refused_ones_each_the_newest_first(
    connection, train
):
    train("champion", 1, trained_on=1)
    for day in (2, 3):
        train(f"retired {day}", day)
    train("refused", 4, status="refused")
    versions.name_champion(connection, "als", "champion")
    kept = ["champion", "retired 3", "retired 2", "refused"]
    for count in (1, 2, 3, 4, 9):
        assert versions.read_latest_versions(connection, "als", count) == kept[:count]
