"""A model spoilt on its way to the disk is refused by a real night, which serves the last one; then back by command."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from jobs import call_spoilt_night

from tests.processes import Ended, run_apart


@dataclass(frozen=True)
class Nights:
    """A night of a small shop, then one whose model is spoilt."""

    data_dir: Path
    first_version: str
    spoilt: Ended

    def ask(self, query: str) -> list[tuple]:
        """Rows of what is published now."""
        with duckdb.connect(str(self.snapshot / "kindred.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    @property
    def snapshot(self) -> Path:
        return self.data_dir / "published" / "current"


@pytest.fixture(scope="module")
def nights(default_night, no_ranker, tmp_path_factory) -> Nights:
    data_dir = tmp_path_factory.mktemp("sabotaged") / "data"
    shutil.copytree(default_night.data_dir, data_dir, symlinks=True)
    with duckdb.connect(
        str(data_dir / "published" / "current" / "kindred.duckdb"), read_only=True
    ) as connection:
        champion = connection.execute(
            "select model_version from quality.model_versions where model = 'hybrid' and status = 'champion'"
        ).fetchone()
    assert champion is not None
    where = {"DATA_DIR": str(data_dir), "CONFIG_DIR": no_ranker, "AS_OF": "2026-07-01T00:00:00Z"}
    ended = run_apart(call_spoilt_night, environment={**os.environ, **where})
    return Nights(data_dir, champion[0], ended)


def test_the_night_ends_well_and_says_what_it_refused(nights: Nights) -> None:
    assert nights.spoilt.code == 0, nights.spoilt.output + nights.spoilt.errors
    assert "warning: tonight's model is refused: spoilt: " in nights.spoilt.output
    assert (
        f"the lists are those of version {nights.first_version}, of an earlier night" in nights.spoilt.output
    )


def test_last_nights_model_is_served_and_the_refused_one_recorded(nights: Nights) -> None:
    served = "select distinct model_version from activation.customer_recommendations where strategy = 'blend'"
    assert nights.ask(served) == [(nights.first_version,)]
    recorded = nights.ask(
        "select status, starts_with(reason, 'spoilt: ') from quality.model_versions where model = 'hybrid' order by 1"
    )
    assert recorded == [("champion", None), ("refused", True)]
    manifest = json.loads((nights.snapshot / "manifest.json").read_text())
    assert nights.first_version in json.dumps(manifest["model_versions"])


def test_the_report_says_why(nights: Nights) -> None:
    for name in ("index.html", "recommendations.html"):
        page = (nights.snapshot / "report" / name).read_text()
        assert "Tonight's model is not published: spoilt: " in page


def test_an_honest_night_after_it_is_gone_back_from_by_command(
    nights: Nights, kindred: Callable, no_ranker: str
) -> None:
    where = {"DATA_DIR": str(nights.data_dir), "CONFIG_DIR": no_ranker, "AS_OF": "2026-07-02T00:00:00Z"}
    honest = kindred("nightly", **where)
    assert honest.code == 0, honest.output + honest.errors
    champion = (
        "select model_version from quality.model_versions where model = 'hybrid' and status = 'champion'"
    )
    ((third,),) = nights.ask(champion)
    assert third != nights.first_version

    back = kindred("recommendations", "rollback", "--json", **where)
    assert back.code == 0, back.output + back.errors
    assert json.loads(back.output) == {"from_version": third, "to_version": nights.first_version}
    assert nights.ask(champion) == [(nights.first_version,)]
    assert nights.ask("select distinct model_version from activation.customer_recommendations") == [
        (nights.first_version,)
    ]
    assert "is not published" not in (nights.snapshot / "report" / "recommendations.html").read_text()

    listed = json.loads(kindred("recommendations", "versions", "--json", **where).output)
    assert [(version["status"], version["is_withdrawn"]) for version in listed] == [
        ("retired", True), ("refused", False), ("champion", False)
    ]  # fmt: skip
    unknown = kindred("recommendations", "rollback", "--to", "0000", **where)
    assert unknown.code == 1 and "there is no version 0000" in unknown.errors
