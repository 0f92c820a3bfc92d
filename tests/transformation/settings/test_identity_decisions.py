"""identity_decisions.csv: which decision of a pair holds, and what a mistake is answered with."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import permutations
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.transformation.settings.identity_decisions import (
    Decision,
    load_identity_decisions,
    write_identity_decisions,
)

HEADER = "left_record,right_record,decision,decided_by,decided_at,note\n"
ANN, BOB = "crm/customers|customer|1", "crm/customers|customer|2"


def _load(folder: Path, rows: str, header: str = HEADER) -> list[Decision]:
    (folder / "identity_decisions.csv").write_text(header + rows, encoding="utf-8-sig")
    return load_identity_decisions(folder)


def test_no_file_and_no_rows_are_no_decisions(tmp_path):
    assert load_identity_decisions(tmp_path) == [] == _load(tmp_path, "") == _load(tmp_path, ",,,,,\n\n")


def test_the_smaller_key_comes_first_and_times_are_utc(tmp_path):
    assert _load(tmp_path, f' {BOB} ,{ANN},Exclude,Eve,2026-01-31T10:00:00+02:00,"father, son"\n') == [
        Decision(2, ANN, BOB, "exclude", "Eve", datetime(2026, 1, 31, 8), "father, son")
    ]


def test_an_id_may_hold_what_separates_and_a_file_the_needed_columns_alone(tmp_path):
    (decision,) = _load(
        tmp_path, f"include,{ANN},pos/orders|guest_order|a|b\n", "decision,left_record,right_record\n"
    )
    assert (decision.right_record, decision.decided_at) == ("pos/orders|guest_order|a|b", None)


ROWS = (
    f"{ANN},{BOB},include,,2026-01-01,",
    f"{ANN},{BOB},exclude,,2026-01-01,",
    f"{BOB},{ANN},exclude,,2026-02-01,",
    f"{ANN},{BOB},include,,,",
)


@pytest.mark.parametrize("rows", list(permutations(ROWS)))
def test_of_several_decisions_the_latest_holds_whatever_their_order(tmp_path, rows):
    (decision,) = _load(tmp_path, "\n".join(rows))
    assert (decision.decision, decision.decided_at) == ("exclude", datetime(2026, 2, 1))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (f"{ANN},{BOB},merge,,,", "line 2, column decision: unknown decision"),
        (f"{ANN},{BOB},,,,", "line 2, column decision: unknown decision"),
        (f"{ANN},{BOB},include,,,\n{ANN},,include,,,", "line 3, column right_record: this is no record"),
        (f"4711,{BOB},include,,,", "line 2, column left_record: this is no record"),
        (f"crm/customers|person|1,{BOB},include,,,", "line 2, column left_record: this is no record"),
        (f"{ANN},{ANN},include,,,", "line 2, column right_record: the same record"),
        (f"{ANN},{BOB},include,,31.01.2026,", "line 2, column decided_at: no ISO time"),
        (
            f"{ANN},{BOB},include,,,\n{BOB},{ANN},exclude,,,",
            "line 3, column decision: line 2 says the opposite",
        ),
        (f'{ANN},"{BOB}"x,include,,,', "is not valid CSV"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_column_and_without_the_record(tmp_path, rows, message):
    with pytest.raises(KindredError, match=re.escape(f"identity_decisions.csv {message}")) as raised:
        _load(tmp_path, rows)
    assert ANN not in str(raised.value)
    assert BOB not in str(raised.value)


def test_a_file_without_its_columns_is_refused(tmp_path):
    with pytest.raises(KindredError, match="line 1: no column right_record, decision"):
        _load(tmp_path, "", "left_record;right_record;decision\n".replace("left_record;", "left_record,"))


def test_the_table_holds_the_decisions_of_the_file_alone(tmp_path):
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        write_identity_decisions(connection, _load(tmp_path, f"{ANN},{BOB},include,,2026-01-01,twins\n"))
        written = connection.execute("from operations.identity_decisions").fetchall()
        assert written == [(2, ANN, BOB, "include", None, datetime(2026, 1, 1), "twins")]
        write_identity_decisions(connection, [])
        assert connection.execute("from operations.identity_decisions").fetchall() == []
