"""The page on security names variables that are read, and what it leads to is there."""

from __future__ import annotations

import re

from dagster_project.settings import PROJECT

PAGE = PROJECT / "docs" / "security.md"
READ = [
    PROJECT / "dagster_project" / "settings.py",
    PROJECT / "examples" / "deployment" / "config" / "dagster.yaml",
    PROJECT / "examples" / "deployment" / "environment",
    PROJECT / "docs" / "mail.md",
]


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_to_a_file_and_to_a_heading_that_is_there():
    links = re.findall(r"\]\(([^)#:]*)(?:#([^)]+))?\)", PAGE.read_text())
    assert len(links) >= 8
    for target, anchor in links:
        file = (PAGE.parent / target) if target else PAGE
        assert file.exists(), target
        assert not anchor or anchor in _anchors(file.read_text()), (target, anchor)


def test_every_variable_is_one_that_is_read():
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", PAGE.read_text()))
    read = "\n".join(path.read_text() for path in READ)
    assert len(named) >= 5
    assert {name for name in named if name not in read} == set()
