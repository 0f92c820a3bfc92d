"""The page about the API names every address, every variable of the environment and files that are there."""

from __future__ import annotations

import re
from pathlib import Path

from dagster_project.lib.activation.api.access import Access
from dagster_project.lib.activation.api.app import create_app
from dagster_project.settings import read_api_keys
from tests.activation.api.nights import publish

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "api.md").read_text()


def test_every_address_stands_in_the_table(tmp_path):
    publish(tmp_path, "run_1")
    paths = set(create_app(tmp_path, tmp_path, Access()).openapi()["paths"])
    named = {
        path for row in re.findall(r"^\| (`/.+?`) \|", PAGE, re.M) for path in re.findall(r"`(.+?)`", row)
    }
    assert named == paths | {"/docs", "/openapi.json"}


def test_every_variable_of_the_environment_is_explained():
    named = set(re.findall(r"^\| `(KINDRED_\w+)` \|", PAGE, re.M))
    assert named == set(re.findall(r"KINDRED_\w+", read_api_keys.__doc__ or ""))


def test_every_relative_link_and_picture_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (DOCS / target).exists(), target
