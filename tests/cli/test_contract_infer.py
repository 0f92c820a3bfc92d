"""`kindred contract infer`: a draft on standard output, doubts on standard error, and `contract check` takes it."""

from __future__ import annotations

import json

import pytest
import yaml
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.common.errors import KindredError

TILL = "Bon;Datum;SKU;Menge;Preis;Kunde;Kassiererin\n" + "".join(
    f"B{number};{13 + number}.01.2026 10:{number:02};P{number};{number};1.234,5{number};K{number};Jürgen Größ\n"
    for number in range(1, 9)
)


@pytest.fixture
def place(monkeypatch, tmp_path):
    """A data folder with one export of a German till, and an empty config folder."""
    folder = tmp_path / "data" / "landing" / "till" / "export"
    folder.mkdir(parents=True)
    (folder / "kasse.csv").write_bytes(TILL.encode("cp1252"))
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CONFIG_DIR", str(tmp_path / "config"))
    return tmp_path


def _call(*arguments):
    result = CliRunner().invoke(command, ["contract", *arguments], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def test_check_takes_a_draft_unchanged(place):
    file = place / "data" / "landing" / "till" / "export" / "kasse.csv"
    code, draft, doubts = _call("infer", str(file))
    assert code == 0
    assert yaml.safe_load(draft) == {
        "table": "pos/sales",
        "dialect": {"delimiter": ";", "encoding": "cp1252", "decimal": ",", "timestamp_format": "%d.%m.%Y %H:%M"},
        "time_zone": "UTC",
        "rename": {
            "Bon": "order_id", "Datum": "ordered_at", "SKU": "product_id", "Menge": "quantity", "Preis": "unit_price",
            "Kunde": "customer_id",
        },
    }  # fmt: skip
    assert draft.startswith("# yaml-language-server: $schema=")
    assert "#   Kassiererin (text)" in draft
    assert (
        doubts
        == "kindred: the encoding cp1252 is guessed; look at names with accents after the first night\n"
    )
    path = place / "config" / "contracts" / "till" / "export.yml"
    path.parent.mkdir(parents=True)
    path.write_text(draft)
    code, found, _ = _call("check", "--json")
    assert code == 0
    (tried,) = json.loads(found)["files"]
    assert (tried["rows_in"], tried["rows_loaded"], tried["values_nulled"]) == (8, 8, 0)
    assert tried["new_columns"] == ["Kassiererin"]


def test_a_draft_goes_into_a_new_file_and_never_over_a_contract(place):
    file = place / "data" / "landing" / "till" / "export" / "kasse.csv"
    out = place / "config" / "contracts" / "till" / "export.yml"
    code, shown, _ = _call("infer", str(file), "--out", str(out))
    assert (code, shown) == (0, "")
    assert _call("check")[0] == 0
    written = out.read_text()
    with pytest.raises(KindredError, match="is there already"):
        _call("infer", str(file), "--out", str(out))
    assert out.read_text() == written


def test_what_the_draft_cannot_mend_is_told(place):
    file = place / "bad.csv"
    file.write_text(
        "order_id,product_id,quantity,unit_price,discount\n" + "1,P,1,1,0\n2,P,1,1,none\n3,P,,1,0\n" * 40
    )
    code, found, doubts = _call("infer", str(file), "--json")
    assert code == 0
    found = json.loads(found)
    assert found["feed"] == "pos/order_lines"
    assert found["contract"]["rename"] == {"discount": "discount_amount"}
    assert found["rows_in"] == 120
    assert "40 of 120 rows would be rejected: quantity: required and missing; fill it in" in doubts
    assert "40 of 120 values would become null: discount_amount: not a number; correct the value" in doubts


def test_landing_and_the_export_are_left_as_they_are(place):
    file = place / "data" / "landing" / "till" / "export" / "kasse.csv"
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    _call("infer", str(file))
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert [path.name for path in (place / "data").iterdir()] == ["landing"]
