"""The page about content names every variable that templates have, with its meaning, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from dagster_project.lib.activation.campaigns.campaigns import Campaigns
from dagster_project.lib.activation.content.library import DEFAULTS
from dagster_project.lib.activation.content.settings import TemplateSettings
from dagster_project.lib.activation.content.variables import PRODUCT_KEYS, VARIABLES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "content.md").read_text()


def test_every_variable_stands_in_the_table():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
    assert rows == {name: variable.description for name, variable in VARIABLES.items()}


def test_what_a_product_says_is_named():
    (sentence,) = re.findall(r"A product has(.*?);", PAGE, re.DOTALL)
    assert re.findall(r"`(\w+)`", sentence) == list(PRODUCT_KEYS)


def test_the_examples_are_what_the_files_may_say():
    template, campaigns = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
    TemplateSettings.model_validate(template)
    Campaigns.model_validate(campaigns)


def test_it_counts_the_templates_that_are_brought():
    assert "Kindred\nbrings [eight]" in PAGE
    assert len(list(DEFAULTS.glob("*/template.yml"))) == 8
