"""What the night says, logs and keeps beside its databases holds no word of a person: canaries show where one would."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from canaries import DIRECT, MARK, PHONE, PHONE_DIGITS

WORDS = [MARK.encode(), PHONE.encode(), PHONE_DIGITS.encode()]
RAW_TEXTS = {("quality.rejected_rows", "raw_row"), ("quality.nulled_values", "raw_value")}


def _is_a_place_for_persons(path: Path, data_dir: Path) -> bool:
    """Landing, the warehouse and the full snapshot; the analyst's copy is asked by tables, since it is packed."""
    place = path.relative_to(data_dir).as_posix()
    is_full_copy = "/parquet/" in place or path.name == "kindred.duckdb"
    return place.startswith("landing/") or is_full_copy or path.name == "analyst.duckdb"


def _leaks(data_dir: Path, *, has_models: bool = True) -> list[str]:
    """Files beside the databases with a canary in them, after a look that the tools' own files are among them."""
    files = [path for path in data_dir.rglob("*") if path.is_file() and not path.is_symlink()]
    beside = [path for path in files if not _is_a_place_for_persons(path, data_dir)]
    places = {path.relative_to(data_dir).parts[:2] for path in beside}
    tools = {("warehouse", "dagster"), ("warehouse", "validation_results")}
    assert places >= (tools | {("warehouse", "dbt"), ("published", "snapshots")} if has_models else tools)
    return [
        path.relative_to(data_dir).as_posix()
        for path in beside
        if any(word in path.read_bytes().lower() for word in WORDS)
    ]


def _columns_with_canaries(database: Path, marks: tuple[str, ...]) -> set[tuple[str, str]]:
    found = set()
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = connection.execute("""
            select table_schema || '.' || table_name, column_name from information_schema.columns
            where data_type in ('VARCHAR', 'JSON') and table_catalog = current_database()
        """).fetchall()
        for table, column in columns:
            test = " or ".join(f"""contains(lower("{column}"::varchar), '{mark}')""" for mark in marks)
            if connection.execute(f"select 1 from {table} where {test} limit 1").fetchone():
                found.add((table, column))
    return found


def test_the_canaries_arrived(faulty_night):
    """Else the other tests would show nothing."""
    found = _columns_with_canaries(faulty_night.snapshot / "kindred.duckdb", (MARK,))
    assert found >= RAW_TEXTS | {
        ("marts.dim_customers", "email"), ("marts.dim_customers", "last_name"), ("marts.fct_events", "search_query"),
        ("marts.fct_events", "visitor_id"),
    }  # fmt: skip


def test_the_night_says_nothing_of_a_person(faulty_night):
    said = (faulty_night.output + faulty_night.errors).lower().encode()
    assert said.count(b"quarantined") > 5
    assert not [line for line in said.splitlines() if any(word in line for word in WORDS)]


def test_no_file_beside_the_databases_holds_a_person(faulty_night):
    assert _leaks(faulty_night.data_dir) == []


def test_reasons_and_findings_hold_no_value_of_a_row(faulty_night):
    found = _columns_with_canaries(faulty_night.snapshot / "kindred.duckdb", (*DIRECT, PHONE_DIGITS, PHONE))
    assert {(table, column) for table, column in found if table.startswith("quality.")} == RAW_TEXTS


def test_the_analysts_copy_holds_no_direct_identifier(faulty_night):
    assert (
        _columns_with_canaries(faulty_night.snapshot / "analyst.duckdb", (*DIRECT, PHONE_DIGITS, PHONE))
        == set()
    )


@pytest.fixture(scope="module")
def stopped_night(kindred, tmp_path_factory):
    """A night that a gate stops, over sales of a canary in the year 1926."""
    data_dir = tmp_path_factory.mktemp("stopped") / "data"
    folder = data_dir / "landing" / "pos" / "sales"
    folder.mkdir(parents=True)
    lines = [
        f"o{n},1926-01-{n % 28 + 1:02d},P{n % 7},1,2.5,{MARK}{n}@example.org,{PHONE},{MARK}mail{n}\n"
        for n in range(200)
    ]
    (folder / "a.csv").write_text(
        "order_id,ordered_at,product_id,quantity,unit_price,email,phone,status\n" + "".join(lines)
    )
    return data_dir, kindred("nightly", DATA_DIR=str(data_dir), AS_OF="latest")


def test_a_night_that_is_stopped_holds_no_person_either(stopped_night):
    data_dir, ended = stopped_night
    assert ended.code == 1
    said = (ended.output + ended.errors).lower().encode()
    assert not [line for line in said.splitlines() if any(word in line for word in WORDS)]
    assert _leaks(data_dir, has_models=False) == []
