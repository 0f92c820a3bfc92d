"""The page about operations has a section for all that alerts lead to, and shows what its files may say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dagster_project.lib.alerting import causes
from dagster_project.lib.alerting.settings import AlertSettings
from dagster_project.lib.validation.monitoring.acknowledgements import FILE, load_acknowledgements
from dagster_project.lib.validation.monitoring.kinds import GUIDE, KINDS, section_of

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / GUIDE).read_text()
ANCHORS = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.*)$", PAGE, re.MULTILINE)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_anomaly_has_its_section(kind):
    page, _, anchor = section_of(kind).partition("#")
    assert page == GUIDE
    assert anchor in ANCHORS
    assert f"`{kind}`" in PAGE


@pytest.mark.parametrize("guide", [causes._FAILED, causes._BLOCKED, f"{GUIDE}#alerts"])
def test_what_alerts_lead_to_is_there(guide):
    assert guide.partition("#")[2] in ANCHORS


@pytest.mark.parametrize("page", [GUIDE, "config/README.md"])
def test_examples_are_what_the_files_may_say(page, tmp_path):
    text = (PROJECT / page).read_text()
    (alerts,) = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "ALERT_URL" in block]
    settings = AlertSettings.model_validate(yaml.safe_load(alerts))
    assert settings.webhook
    assert settings.mail
    (known,) = [
        block for block in re.findall(r"```csv\n(.*?)```", text, re.DOTALL) if block.startswith("kind,")
    ]
    (tmp_path / FILE).write_text(known)
    assert load_acknowledgements(tmp_path)
