"""identity_truth.csv: what is read of it, and what a mistake is answered with."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.settings.identity_truth import (
    load_identity_truth,
    write_identity_truth,
)

ANN, BOB = "crm/customers|customer|1", "pos/orders|guest_order|2|b"


def _load(folder: Path, rows: str, header: str = "record_key,person\n") -> dict[str, str]:
    (folder / "identity_truth.csv").write_text(header + rows, encoding="utf-8-sig")
    return load_identity_truth(folder)


def test_no_file_and_no_rows_say_nothing(tmp_path):
    assert load_identity_truth(tmp_path) == {} == _load(tmp_path, "") == _load(tmp_path, ",\n\n")


def test_each_record_has_its_person_whatever_else_the_file_holds(tmp_path):
    rows = f"x, Ann ,{ANN}\ny,Bob,{BOB}\nz,Ann,{ANN}\n"
    assert _load(tmp_path, rows, "note,person,record_key\n") == {ANN: "Ann", BOB: "Bob"}


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        ("", "record,person\n", "line 1: no column record_key; begin with"),
        ("4711,Ann\n", "record_key,person\n", "line 2, column record_key: this is no record; write"),
        (f"{ANN},\n", "record_key,person\n", "line 2, column person: it is empty; name"),
        (
            f"{ANN},Ann\n{ANN},Bob\n",
            "record_key,person\n",
            "line 3, column person: an earlier line names another",
        ),
        (f'{ANN},"Ann\n', "record_key,person\n", "is not valid CSV"),
    ],
)
def test_a_mistake_is_named_by_its_line_and_column_and_never_by_its_record(tmp_path, rows, header, message):
    with pytest.raises(KindredError, match=re.escape(f"identity_truth.csv {message}")) as raised:
        _load(tmp_path, rows, header)
    assert "Ann" not in str(raised.value) and ANN not in str(raised.value)


def test_the_table_holds_what_the_file_says_now(tmp_path):
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        for persons in ({ANN: "Ann", BOB: "Bob"}, {ANN: "Eve"}, {}):
            write_identity_truth(connection, persons)
            assert dict(connection.execute("from operations.identity_truth").fetchall()) == persons
