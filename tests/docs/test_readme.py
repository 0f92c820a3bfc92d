"""What the README shows is true: its queries run on the sample and answer, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dagster_project.lib.activation.destinations.declared import load_destinations
from dagster_project.lib.ingestion.contract_files.finding import load_feeds

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", README, re.M | re.S)


@pytest.mark.parametrize("query", _blocks("sql"))
def test_a_query_runs_and_answers(published, query):
    assert published.execute(query).fetchall()


def test_every_relative_link_and_picture_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (PROJECT / target).exists(), target


def test_the_contract_and_the_destination_shown_are_valid(tmp_path):
    contract, destinations = _blocks("yaml")
    path = tmp_path / "contracts" / "till" / "export.yml"
    path.parent.mkdir(parents=True)
    path.write_text(re.sub(r"^   ", "", contract, flags=re.M))
    (tmp_path / "destinations.yml").write_text(destinations)
    (feed,) = load_feeds(tmp_path / "landing", tmp_path)
    assert feed.table == "pos/sales"
    assert [destination.name for destination in load_destinations(tmp_path)] == ["newsletter"]


def test_every_command_named_is_a_target_of_the_makefile():
    targets = set(re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"\bmake (\w+)", README)) <= targets
