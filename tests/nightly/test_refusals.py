"""What a night refuses to start on: one clear sentence, an exit code, no traceback, nothing invented."""

from __future__ import annotations

import pytest
from filelock import FileLock


def _sentence(ended) -> str:
    assert ended.code == 1
    assert "Traceback" not in ended.output + ended.errors
    lines = ended.errors.strip().splitlines()
    assert len(lines) == 1, ended.errors
    assert lines[0].startswith("kindred: ")
    assert lines[0].endswith(".")
    return lines[0]


def _shop(tmp_path):
    folder = tmp_path / "data" / "landing" / "crm" / "customers"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("customer_id\n1\n")
    return tmp_path / "data"


def test_a_named_folder_with_nothing_in_it_gets_no_sample(kindred, tmp_path):
    data_dir = tmp_path / "data"
    (data_dir / "landing").mkdir(parents=True)
    assert "nothing to load" in _sentence(kindred("nightly", DATA_DIR=str(data_dir)))
    # nor a warehouse: the folder may have been named by mistake
    assert [path.name for path in data_dir.rglob("*")] == ["landing"]


def test_a_named_folder_that_does_not_exist_gets_no_sample(kindred, tmp_path):
    assert "which is no folder" in _sentence(kindred("nightly", DATA_DIR=str(tmp_path / "nowhere")))
    assert not (tmp_path / "nowhere").exists()


def test_a_feed_without_a_contract(kindred, tmp_path):
    data_dir = _shop(tmp_path)
    (data_dir / "landing" / "erp" / "stock").mkdir(parents=True)
    said = _sentence(kindred("nightly", DATA_DIR=str(data_dir)))
    assert "landing/erp/stock has no contract" in said
    assert "contracts/erp/stock.yml" in said


def test_a_contract_that_is_not_yaml(kindred, tmp_path):
    contract = tmp_path / "config" / "contracts" / "crm" / "customers.yml"
    contract.parent.mkdir(parents=True)
    contract.write_text("rename: {a: b\ntable: x")
    said = _sentence(kindred("nightly", DATA_DIR=str(_shop(tmp_path)), CONFIG_DIR=str(tmp_path / "config")))
    assert "customers.yml line 2 is not valid YAML" in said


def test_destinations_with_a_mistake_are_refused_before_the_night_and_not_after_it(kindred, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "destinations.yml").write_text(
        "destinations:\n  - {name: crm, folder: out, format: xml}\n"
    )
    said = _sentence(kindred("nightly", DATA_DIR=str(_shop(tmp_path)), CONFIG_DIR=str(tmp_path / "config")))
    assert "destinations.yml line 2" in said


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "tracking_plan.yml",
            "events:\n  - name: view\n  - {name: buy, parameters: [{kind: x}]}\n",
            "line 3",
        ),
        (
            "tracking_plan.yml",
            "events:\n  - name: view\n  - name: View\n",
            "line 3: the event 'view' stands twice",
        ),
        ("tracking_plan.yml", "events: []\n", "line 1: events"),
        ("warehouse.yml", "base_currency: euro\n", "line 1: base_currency"),
        ("privacy.yml", "undecided: {advertising: yes}\n", "line 1: undecided.advertising"),
    ],
)
def test_settings_with_a_mistake_are_refused_before_the_night(kindred, tmp_path, file, text, said):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / file).write_text(text)
    ended = kindred("nightly", DATA_DIR=str(_shop(tmp_path)), CONFIG_DIR=str(tmp_path / "config"))
    assert f"{file} {said}" in _sentence(ended)


def test_a_data_folder_that_cannot_be_written(kindred, tmp_path):
    # Permissions do not stop root, but nobody makes a folder where a file is.
    data_dir = _shop(tmp_path)
    (data_dir / "warehouse").write_text("")
    assert "cannot be written" in _sentence(kindred("nightly", DATA_DIR=str(data_dir)))


def test_a_config_folder_that_is_not_there(kindred, tmp_path):
    said = _sentence(
        kindred("nightly", DATA_DIR=str(_shop(tmp_path)), CONFIG_DIR=str(tmp_path / "no config"))
    )
    assert "CONFIG_DIR" in said


def test_a_second_night_at_the_same_time(kindred, tmp_path):
    data_dir = _shop(tmp_path)
    (data_dir / "warehouse").mkdir()
    with FileLock(data_dir / "warehouse" / "night.lock"):
        assert "another night is running" in _sentence(kindred("nightly", DATA_DIR=str(data_dir)))


@pytest.mark.parametrize("as_of", ["yesterday", "2026-13-01"])
def test_an_instant_that_is_none(kindred, tmp_path, as_of):
    said = _sentence(kindred("nightly", DATA_DIR=str(_shop(tmp_path)), AS_OF=as_of))
    assert f"AS_OF is '{as_of}'" in said
