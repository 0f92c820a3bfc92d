"""`kindred contract check`: what a night would make of landing, told without a night."""

from __future__ import annotations

import hashlib
import json

import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.common.errors import KindredError

LINES = "order_id,product_id,quantity,unit_price,discount_amount,Till\n"


@pytest.fixture
def place(monkeypatch, tmp_path):
    """A data folder and a config folder, both named in the environment."""
    (tmp_path / "data" / "landing").mkdir(parents=True)
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _check(*arguments):
    result = CliRunner().invoke(command, ["contract", "check", *arguments], catch_exceptions=False)
    return result.exit_code, result.output


def _checksums(folder):
    return {
        path: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_rows_that_would_stay_out_are_told_and_are_no_failure(place):
    rows = "o1,P,many,1,,1\no2,P,1,1,much,1\no3,,1,1,,1\no4,P,1,1,0,1\n"
    _write(place / "data" / "landing" / "pos" / "order_lines" / "a.csv", LINES + rows)
    code, output = _check()
    assert code == 0
    told = [" ".join(line.split()) for line in output.splitlines()]
    assert told == [
        "pos/order_lines fills raw.pos_order_lines",
        "",
        "feed file rows rejected nulled finding",
        "pos/order_lines a.csv 4 2 1 loads",
        "1 product_id: required and missing; fill it in",
        "1 quantity: not a number; correct the value",
        "1 discount_amount: not a number; correct the value",
        "1 column beyond the contract, kept in _extra: Till",
    ]
    (file,) = json.loads(_check("--json")[1])["files"]
    assert {key: file[key] for key in ("rows_in", "rows_loaded", "rows_rejected", "values_nulled", "new_columns")} == {
        "rows_in": 4, "rows_loaded": 2, "rows_rejected": 2, "values_nulled": 1, "new_columns": ["Till"],
    }  # fmt: skip


def test_a_file_that_would_be_set_aside_fails_the_check(place):
    _write(place / "data" / "landing" / "pos" / "order_lines" / "good.csv", LINES + "o1,P,1,1,,1\n")
    _write(place / "data" / "landing" / "pos" / "order_lines" / "bad.csv", "order_id,sku\no1,P\n")
    code, output = _check()
    assert code == 1
    assert "quarantined: the required column 'product_id', 'quantity', 'unit_price' is missing" in output
    assert _check("--json")[0] == 1


def test_every_wrong_contract_is_listed_and_the_others_are_still_tried(place):
    _write(place / "config" / "contracts" / "till" / "one.yml", "table: pos/sale\n")
    _write(place / "config" / "contracts" / "till" / "two.yml", "table: pos/sales\ntime_zone: Mars\n")
    _write(place / "data" / "landing" / "till" / "three" / "a.csv", "a\n1\n")
    _write(place / "data" / "landing" / "pos" / "order_lines" / "a.csv", LINES + "o1,P,1,1,,1\n")
    code, output = _check()
    assert code == 1
    for part in (
        "did you mean 'pos/sales'",
        "two.yml line 2: 'Mars'",
        "landing/till/three has no contract",
        "loads",
    ):
        assert part in output
    found = json.loads(_check("--json")[1])
    assert [bool(one["error"]) for one in found["contracts"]] == [False, True, True, True]


def test_a_column_that_the_file_before_had_is_told(place):
    folder = place / "data" / "landing" / "pos" / "order_lines"
    _write(folder / "1.csv", LINES + "o1,P,1,1,,1\n")
    _write(folder / "2.csv", LINES.replace("discount_amount,", "") + "o1,P,1,1,1\n")
    code, output = _check()
    assert code == 0
    assert output.splitlines()[-1].strip() == "1 column of the file before missing: discount_amount"


def test_feeds_can_be_chosen_and_a_wrong_name_is_told(place):
    _write(place / "data" / "landing" / "pos" / "order_lines" / "a.csv", LINES + "o1,P,1,1,,1\n")
    _write(place / "data" / "landing" / "crm" / "customers" / "a.csv", "first_name\nA\n")
    assert _check()[0] == 1
    code, output = _check("pos/order_lines")
    assert code == 0
    assert "crm/customers" not in output
    with pytest.raises(KindredError, match="did you mean 'crm/customers'"):
        _check("crm/customer")


def test_nothing_is_written_neither_to_landing_nor_beside_it(place, sample_landing):
    (place / "data" / "landing").rmdir()
    (place / "data" / "landing").symlink_to(sample_landing)
    before = _checksums(sample_landing)
    found = json.loads(_check("crm/customers", "pos/sales", "enrichment/attributes", "--json")[1])
    assert sum(file["rows_loaded"] for file in found["files"]) > 0
    assert _checksums(sample_landing) == before
    assert sorted(path.name for path in (place / "data").iterdir()) == ["landing"]


def test_the_answer_is_that_of_the_night(place, sample_night):
    (place / "data" / "landing").rmdir()
    (place / "data" / "landing").symlink_to(sample_night.data_dir / "landing")
    import duckdb

    with duckdb.connect(str(sample_night.snapshot / "kindred.duckdb"), read_only=True) as connection:
        night = connection.execute("""
            select file_path, status, rows_in, rows_loaded, rows_rejected from quality.ingested_files order by 1
        """).fetchall()
    tried = json.loads(_check("--json")[1])["files"]
    keys = ("file", "status", "rows_in", "rows_loaded", "rows_rejected")
    assert [tuple(file[key] for key in keys) for file in tried] == night


def test_names_that_could_be_a_person_are_not_shown(place):
    line = '{"order_id": "o", "product_id": "P", "quantity": 1, "unit_price": 1, "anna@example.org": 1, "till": 2}\n'
    _write(place / "data" / "landing" / "pos" / "order_lines" / "a.jsonl", line)
    output = _check()[1]
    assert "anna" not in output + _check("--json")[1]
    assert "2 columns beyond the contract, kept in _extra: till, 1 more" in output


def test_columns_beyond_the_contract_are_told_once_and_not_for_each_file(place):
    """Sixty daily files said the same sixty times, and hid what was wrong with one."""
    folder = place / "data" / "landing" / "pos" / "order_lines"
    for day in range(3):
        _write(folder / f"{day}.csv", LINES + f"o{day},P,1,1,,1\n")
    _write(folder / "3.csv", LINES.replace("Till", "Kasse") + "o4,P,1,1,,1\n")
    _, output = _check()
    assert [line.split(": ")[-1] for line in output.splitlines() if "beyond" in line] == ["Till", "Kasse"]


def test_a_column_of_which_no_value_fits_blames_the_dialect_and_not_the_values(place):
    """`correct the value`, three hundred times over, told nobody that `currency` was missing in the contract."""
    rows = "o1,P,1,1,5.00 €,1\no2,P,1,1,6.00 €,1\n"
    _write(place / "data" / "landing" / "pos" / "order_lines" / "a.csv", LINES + rows)
    _, output = _check()
    assert "discount_amount: not a number; no value is: say under `dialect:` how they are written" in output


@pytest.mark.parametrize(
    "name", ["contracts/till/export.yaml", "till/export.yml", "contracts/till.yml", "Export.yml"]
)
def test_a_contract_in_another_place_is_found_and_its_place_told(place, name):
    """A contract named .yaml, or outside of contracts/, was passed over, and the night asked for one."""
    _write(place / "config" / name, "table: pos/sales\n")
    (place / "data" / "landing" / "till" / "export").mkdir(parents=True)
    _, output = _check()
    config = place / "config"
    assert f"move {config / name} to {config}/contracts/till/export.yml" in output


def test_a_folder_without_any_contract_is_told_where_to_write_one(place):
    (place / "data" / "landing" / "till" / "export").mkdir(parents=True)
    _write(place / "config" / "contracts" / "web" / "export.yml", "table: pos/sales\n")
    _, output = _check()
    assert f"write {place}/config/contracts/till/export.yml with `table:`" in output
    assert "kindred contract infer FILE" in output
