"""The page on how Kindred is built is true: its picture is of today's code, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.scripts import load_script

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "architecture.md"


def test_the_picture_is_drawn_from_todays_code():
    drawing = load_script("draw_architecture")
    described = drawing.describe_architecture()
    assert described == drawing.describe_architecture()
    assert drawing.name_source(described) in drawing.PICTURE.read_text(), "run `make architecture`"


def test_every_link_leads_to_something():
    targets = re.findall(r"\]\(([^)#:]+)", PAGE.read_text())
    assert len(targets) > 20
    assert [target for target in targets if not (PAGE.parent / target).exists()] == []


def test_every_name_of_code_is_in_the_file_that_is_linked_beside_it():
    named = re.findall(r"`(\w+)`,?\s(?:of|in)\s+\[[^\]]*\]\(([^)#]+\.(?:py|sql))\)", PAGE.read_text())
    assert len(named) >= 6
    assert [(name, file) for name, file in named if name not in (PAGE.parent / file).read_text()] == []
