"""The page about privacy names every purpose and class, shows settings that are valid, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import yaml

from dagster_project.lib.privacy.privacy_settings import Attribute, PrivacySettings, UndecidedConsents
from dagster_project.lib.transformation.dbt_project.personal_data import CLASSES

PROJECT = Path(__file__).resolve().parents[2]
FILE = PROJECT / "docs" / "privacy.md"
PAGE = FILE.read_text()
README = (PROJECT / "config" / "README.md").read_text()


def _anchors(text):
    return {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.M)
    }


def test_every_purpose_class_and_attribute_is_named():
    words = set(re.findall(r"\w+", PAGE))
    assert set(UndecidedConsents.model_fields) | set(CLASSES) | set(get_args(Attribute)) <= words


def test_settings_that_are_shown_are_valid_and_the_guide_to_the_file_shows_its_defaults():
    shown = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)
    settings = [PrivacySettings.model_validate(yaml.safe_load(text)) for text in shown]
    assert [each.sensitive_attributes for each in settings if each.sensitive_attributes] == [
        ["age", "income_band"]
    ]
    assert [each for each in settings if each.retention]
    section = README.split("## privacy.yml")[1].split("\n## ")[0]
    (defaults,) = re.findall(r"^```yaml\n(.*?)^```", section, re.M | re.S)
    assert PrivacySettings.model_validate(yaml.safe_load(defaults)) == PrivacySettings()
    assert set(yaml.safe_load(defaults)) == set(PrivacySettings.model_fields)


def test_every_link_leads_to_a_file_and_to_a_heading_that_is_there():
    links = re.findall(r"\]\(([^)#:]*)(?:#([^)]+))?\)", PAGE)
    assert len(links) > 15
    for target, anchor in links:
        file = (FILE.parent / target) if target else FILE
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file.read_text()), (target, anchor)


def test_duties_are_mapped_by_article_and_section():
    articles, sections = (
        re.findall(rf"^\| ({number}[^|]*) \|", PAGE, re.M) for number in (r"\d{1,2}\b", r"1798\.")
    )
    assert {"18", "19", "6, 7"} <= set(articles)
    assert any(section.startswith("1798.121") for section in sections)
