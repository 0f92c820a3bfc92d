"""The page about destinations shows what the file may say, every layout, and a reader of Redis that reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from dagster_project.lib.activation.destinations.audience_layouts import LAYOUTS
from dagster_project.lib.activation.destinations.declared import Destinations

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "destinations.md").read_text()


def test_the_example_is_what_the_file_may_say():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    kinds = [one.kind for one in Destinations.model_validate(yaml.safe_load(text)).destinations]
    assert kinds == ["files", "files", "redis", "postgres", "webhook", "audience"]


def test_every_layout_stands_in_the_table_with_whose_consent_it_needs():
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| `(\w+)` granted \|$", PAGE, re.MULTILINE))
    assert rows == {name: layout.purpose for name, layout in LAYOUTS.items()}


def test_the_reader_of_redis_takes_the_newest_version_that_is_shown():
    (text,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = {"json": json}
    exec(text, names)

    class Client:
        """What a client of Redis answers."""

        def get(self, name):
            return {"kindred:version": "3"}.get(name)

        def hgetall(self, name):
            return {"kindred:a": {"2": '{"n": 2}', "3": '{"n": 3}', "4": "{}"}, "kindred:b": {"4": "{}"}}.get(
                name, {}
            )

    read = names["read"]
    assert [read(Client(), key) for key in "abc"] == [{"n": 3}, None, None]
