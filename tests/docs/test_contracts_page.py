"""Every contract that the pages show is valid, and every key that there is stands on them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dagster_project.lib.ingestion.contract_files.finding import load_feed
from dagster_project.lib.ingestion.contracts.contract import Column, Contract, Dialect, Unpivot

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "contracts.md"
PAGES = [PAGE, PROJECT / "config" / "contracts" / "README.md"]
SHOWN = [text for page in PAGES for text in re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.M | re.S)]


@pytest.mark.parametrize("text", SHOWN)
def test_a_contract_that_is_shown_is_valid(tmp_path, text):
    path = tmp_path / "export.yml"
    path.write_text(text)
    (tmp_path / "events.schema.json").write_text("{}")
    assert load_feed("till/export", path).contract.columns


@pytest.mark.parametrize("model", [Contract, Column, Dialect, Unpivot])
def test_every_key_is_explained(model):
    text = PAGE.read_text()
    missing = [
        key
        for key in model.model_fields
        if key not in ("type",) and f"`{key}`" not in text and f"{key}:" not in text
    ]
    assert missing in ([], ["name"]), "`name` of a column is the key of the mapping that is shown"


@pytest.mark.parametrize("page", [*PAGES, PROJECT / "config" / "README.md"], ids=str)
def test_every_relative_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target
