"""What makes a stage's work be done again: whatever decides what tables contain, and nothing else."""

from __future__ import annotations

import pytest

from dagster_project.defs.resources import Night
from dagster_project.defs.stages import code_hash, models_hash

LAKE = "destinations:\n  - {name: lake, folder: exports}\n"
MAIL = """\
destinations:
  - {name: lake, folder: exports}
  - name: mail
    kind: smtp
    host: mail.example.org
    tls: starttls
    sender: {name: Shop, address: shop@example.org}
    unsubscribe: {mailto: leave@example.org}
"""


@pytest.fixture
def hash_with(tmp_path, monkeypatch):
    """Write a file of the config folder and return what a function calls the code and the configuration then."""
    config = tmp_path / "config"
    config.mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CONFIG_DIR", str(config))

    def write(name: str, text: str, called=code_hash) -> str:
        path = config / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return called(Night())

    return write


@pytest.mark.parametrize("name", ["warehouse.yml", "contracts/crm/customers.yml", "identity/decisions.csv"])
def test_what_models_are_told_makes_them_anew(hash_with, name):
    assert hash_with(name, "a: 1\n", models_hash) != hash_with(name, "a: 2\n", models_hash)
    assert hash_with(name, "a: 3\n") != hash_with(name, "a: 4\n")


@pytest.mark.parametrize(
    "name",
    [
        "recommendations.yml", "recommendation_exclusions.csv", "segments.yml", "content.yml",
        "templates/welcome/template.yml", "experiments/banner.yml",
    ],
)  # fmt: skip
def test_what_lists_and_mails_are_to_be_makes_them_anew_and_no_model_before_the_scores(hash_with, name):
    before = hash_with(name, "a: 1\n", models_hash)
    assert hash_with(name, "a: 2\n", models_hash) == before
    assert hash_with(name, "a: 3\n") != hash_with(name, "a: 4\n")
    assert hash_with(f"contracts/crm/{name}", "a: 1\n", models_hash) != before


def test_where_it_is_sent_does_not_but_that_messages_are_sent_does(hash_with):
    without = hash_with("README.md", "nothing")
    assert hash_with("destinations.yml", LAKE) == without
    assert hash_with("destinations.yml", LAKE.replace("exports", "elsewhere")) == without
    mailed = hash_with("destinations.yml", MAIL)
    assert mailed != without
    assert hash_with("destinations.yml", MAIL.replace("mail.example.org", "smtp.example.org")) == mailed
    assert hash_with("contracts/destinations.yml", "a: 1\n") != mailed
