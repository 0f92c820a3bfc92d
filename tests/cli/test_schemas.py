"""The JSON Schemas beside the config files say what the models say, and fit what users write."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.ingestion.contract_files.finding import CANONICAL

PROJECT = Path(__file__).resolve().parents[2]
COMMANDS = {
    "alerts": "alerts.json",
    "campaigns": "campaigns.json",
    "clusters": "segments.json",
    "content": "content.json",
    "contract": "contract.json",
    "destinations": "destinations.json",
    "experiments": "experiment.json",
    "identity": "identity.json",
    "offers": "offers.json",
    "privacy": "privacy.json",
    "publication": "publication.json",
    "recommendations": "recommendations.json",
    "tracking-plan": "tracking_plan.json",
    "warehouse": "warehouse.json",
}


def _committed(name: str) -> dict:
    return json.loads((PROJECT / "config" / "schemas" / name).read_text())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_committed_schema_is_what_the_command_writes(name, tmp_path):
    printed = CliRunner().invoke(command, [name, "schema"], catch_exceptions=False).output
    assert printed == (PROJECT / "config" / "schemas" / COMMANDS[name]).read_text(), (
        f"run `.venv/bin/kindred {name} schema --out config/schemas/{COMMANDS[name]}`"
    )
    CliRunner().invoke(command, [name, "schema", "--out", str(tmp_path / "out.json")], catch_exceptions=False)
    assert (tmp_path / "out.json").read_text() == printed


@pytest.mark.parametrize("name", COMMANDS.values())
def test_every_key_is_explained(name):
    schema = _committed(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    for part in [schema, *schema.get("$defs", {}).values()]:
        bare = [key for key, value in part["properties"].items() if not value.get("description")]
        assert not bare, f"{part['title']}: {bare}"


@pytest.mark.parametrize("path", sorted(CANONICAL.glob("*/*.yml")), ids=str)
def test_every_canonical_contract_fits_its_schema(path):
    jsonschema.validate(yaml.safe_load(path.read_text()), _committed("contract.json"))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("columns: {quantity: {min: 0}, order_id: }", True),
        ("columns: [{name: quantity, min: 0}]", True),
        ("unpivot: {columns: others, name: purpose, value: status}", True),
        ("columns: [{min: 0}]", False),
        ("columns: {quantity: {minimum: 0}}", False),
        ("unpivot: {columns: some, name: purpose, value: status}", False),
        ("time_zone: 3", False),
    ],
)
def test_an_editor_marks_what_the_night_would_refuse(text, fits):
    assert jsonschema.Draft202012Validator(_committed("contract.json")).is_valid(yaml.safe_load(text)) == fits
