"""The page about experiments names every key and column, and its example is a file that may be written."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from dagster_project.lib.activation.experiments.settings import Experiment
from dagster_project.lib.transformation.dbt_project.project import read_manifest
from models_ml.recommendations.strategy_names import STRATEGIES

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "experiments.md").read_text()


def _first_cells(heading: str) -> set[str]:
    """What is named in the first column of the table below a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    return {
        name for row in re.findall(r"^\| (`.+?) \|", section, re.M) for name in re.findall(r"`(\w+)`", row)
    }


def test_the_examples_are_what_a_file_may_say_and_say_every_key():
    texts = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    example, on_lists, factors = (yaml.safe_load(text) for text in texts)
    experiment, tried = Experiment.model_validate(example), Experiment.model_validate(on_lists)
    varied = {name: key for name, key in example.items() if name != "variants"} | factors
    of_factors = Experiment.model_validate(varied)
    said = experiment.model_fields_set | tried.model_fields_set | of_factors.model_fields_set
    assert said == Experiment.model_fields.keys()
    for variant in of_factors.variants:
        assert f"`{variant}`" in PAGE


def test_every_key_stands_in_the_table():
    assert _first_cells("Declaring one") == Experiment.model_fields.keys()


def test_every_strategy_stands_in_the_table():
    assert _first_cells("Trying recommendations") == {*STRATEGIES}


def test_every_column_stands_in_the_table():
    (source,) = [
        one
        for one in read_manifest()["sources"].values()
        if (one["schema"], one["name"]) == ("experiments", "assignments")
    ]
    assert _first_cells("What is recorded") == source["columns"].keys()


def test_every_relative_link_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (DOCS / target).exists(), target
