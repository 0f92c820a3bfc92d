"""suppressions.csv: whom a line means and what it denies, and what a mistake is answered with."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy.suppressions import (
    FROM_EVER,
    TABLE,
    Suppression,
    load_suppressions,
    write_suppressions,
)

HEADER = "email,phone,customer,purpose,reason,decided_at,until\n"
ANN = "ann@x.example"


def _load(folder: Path, rows: str, header: str = HEADER) -> list[Suppression]:
    (folder / "suppressions.csv").write_text(header + rows, encoding="utf-8-sig")
    return load_suppressions(folder)


def test_no_file_and_no_rows_suppress_nobody(tmp_path):
    assert load_suppressions(tmp_path) == [] == _load(tmp_path, "") == _load(tmp_path, ",,,,,,\n\n")


def test_a_line_that_names_no_purpose_denies_mail_and_advertising_for_good(tmp_path):
    assert _load(tmp_path, f"{ANN}\n", "email\n") == [
        Suppression(2, ANN, None, None, purpose, None, FROM_EVER, None)
        for purpose in ("marketing_email", "advertising")
    ]


def test_a_line_may_say_who_what_why_since_when_and_until_when(tmp_path):
    record = "pos/sales|guest_order|a|b"
    rows = f' {ANN} ,+49 30 1234567,{record},Personalization,"wrote, twice",2026-01-31T10:00:00+02:00,2026-02-28\n'
    (line,) = _load(tmp_path, rows)
    assert line == Suppression(
        2, ANN, "+49 30 1234567", record, "personalization", "wrote, twice", datetime(2026, 1, 31, 8),
        date(2026, 2, 28),
    )  # fmt: skip
    moments = (
        datetime(2026, 1, 31, 7),
        datetime(2026, 1, 31, 8),
        datetime(2026, 2, 28, 23),
        datetime(2026, 3, 1),
    )
    assert [line.holds_at(moment) for moment in moments] == [False, True, True, False]
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        for suppressions in ([line], [line], []):
            write_suppressions(connection, suppressions)
            rows = connection.execute(f"from {TABLE}").fetchall()
            assert rows == [tuple(vars(each).values()) for each in suppressions]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (f"{ANN},,,,,,\n,,,advertising,,,", "line 3: nobody is named; write an email"),
        ("ann at x.example,,,,,,", "line 2, column email: no address"),
        (f"{ANN} {ANN},,,,,,", "line 2, column email: no address"),
        (",4711,,,,,", "line 2, column phone: no telephone number"),
        (",0000000000,,,,,", "line 2, column phone: no telephone number"),
        (",,4711,,,,", "line 2, column customer: this is no record; write feed|kind|id"),
        (f"{ANN},,,newsletter,,,", "line 2, column purpose: unknown purpose; write one of analytics,"),
        (f"{ANN},,,,,31.01.2026,", "line 2, column decided_at: no ISO time"),
        (f"{ANN},,,,,,soon", "line 2, column until: no ISO date"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_without_the_address(tmp_path, rows, message):
    with pytest.raises(KindredError) as raised:
        _load(tmp_path, rows + "\n")
    assert f"{tmp_path}/suppressions.csv {message}" in str(raised.value)
    assert ANN not in str(raised.value)


@pytest.mark.parametrize("header", ["mail,purpose\n", "email,purposes\n", "purpose,reason\n"])
def test_columns_that_mean_nothing_are_refused(tmp_path, header):
    with pytest.raises(
        KindredError, match=r"suppressions.csv line 1: .* name columns of email, phone, customer"
    ):
        _load(tmp_path, f"{ANN},advertising\n", header)


def test_a_long_list_is_written_as_it_stands(tmp_path):
    rows = "".join(
        f"person{number}@x.example,,{'2026-01-31' if number % 2 else ''}\n" for number in range(2000)
    )
    suppressions = _load(tmp_path, rows, "email,phone,until\n")
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        write_suppressions(connection, suppressions)
        assert connection.execute(f"from {TABLE} order by all").fetchall() == sorted(
            (tuple(vars(each).values()) for each in suppressions), key=lambda row: (row[0], row[4])
        )
