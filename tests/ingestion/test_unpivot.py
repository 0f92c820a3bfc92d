"""Wide exports: a row for each value that is given, and each row of the file answered for."""

from __future__ import annotations

import json

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

OTHERS = """
table: enrichment/attributes
columns: {provider: {default: panel}}
unpivot: {columns: others, name: attribute, value: value}
"""
COOKIES = """
table: consents/decisions
rename: {consentid: visitor_id, date: decided_at}
unpivot: {columns: [preferences, statistics, marketing], name: purpose, value: status}
"""
WIDE = [
    {"customer_id": "C1", "observed_at": "2026-01-01 00:00:00", "income": "high", "pets": "2", "car": ""},
    {"customer_id": "C2", "observed_at": "2026-01-02 00:00:00", "income": " ", "pets": "", "car": "none"},
    {"customer_id": "C3", "observed_at": "2026-01-03 00:00:00", "income": "", "pets": "", "car": ""},
]
EXPECTED = [("C1", "income", "high"), ("C1", "pets", "2"), ("C2", "car", "none")]


def _write(shop, container, rows):
    path = f"panel/export/wide.{container}"
    if container == "jsonl":
        shop.write(path, "".join(json.dumps(row) + "\n" for row in rows))
    elif container == "parquet":
        shop.write(path, "")
        relation = " union all ".join(
            "select " + ", ".join(f"nullif('{value}', '') as {name}" for name, value in row.items())
            for row in rows
        )
        duckdb.sql(relation).write_parquet(str(shop.landing / path))
    else:
        mark = "\t" if container == "tsv" else ","
        lines = [mark.join(rows[0]), *(mark.join(row.values()) for row in rows)]
        shop.write(path, "\n".join(lines) + "\n")


@pytest.mark.parametrize("container", ["csv", "tsv", "jsonl", "parquet"])
def test_each_value_given_becomes_a_row_and_an_empty_row_is_rejected(shop, container):
    shop.contract("panel/export", OTHERS)
    _write(shop, container, WIDE)
    shop.ingest()
    assert (
        shop.rows("select customer_id, attribute, value from raw.enrichment_attributes order by all")
        == EXPECTED
    )
    assert shop.rows("select distinct provider, _extra from raw.enrichment_attributes") == [("panel", None)]
    assert shop.ledger()[f"panel/export/wide.{container}"] == ("loaded", 4, 3, 1)
    rejected = shop.rows(
        "select row_number, column_name, reason, raw_row from quality.rejected_rows order by 2"
    )
    assert [row[:3] for row in rejected] == [
        (4, "attribute", "required and missing; fill it in"),
        (4, "value", "required and missing; fill it in"),
    ]
    assert "C3" in rejected[0][3], "the whole wide row stands in the quarantine"


@pytest.mark.parametrize("container", ["csv", "jsonl", "parquet"])
def test_columns_by_name_leave_the_others_where_they_are(shop, container):
    shop.contract("panel/export", COOKIES)
    row = {
        "consentid": "v1",
        "date": "2026-01-01 10:00:00",
        "preferences": "true",
        "statistics": "false",
        "region": "DE",
    }
    _write(shop, container, [row])
    shop.ingest()
    assert shop.rows(
        "select visitor_id, purpose, status, _extra::varchar from raw.consents_decisions order by 2"
    ) == [
        ("v1", "preferences", "true", '{"region":"DE"}'),
        ("v1", "statistics", "false", '{"region":"DE"}'),
    ]


def test_names_are_matched_whatever_the_case_and_values_are_judged(shop):
    shop.contract(
        "panel/export", COOKIES + "columns: {status: {values: ['true', 'false'], on_error: reject}}\n"
    )
    shop.write("panel/export/a.csv", "ConsentID,Date,Marketing,STATISTICS\nv1,2026-01-01,true,maybe\n")
    shop.ingest()
    assert shop.rows("select purpose, status from raw.consents_decisions") == [("Marketing", "true")]
    assert shop.rows("select row_number, column_name from quality.rejected_rows") == [(2, "status")]


def test_names_of_json_keys_may_hold_any_character(shop):
    shop.contract("panel/export", OTHERS)
    odd = {"a/b": "1", "a~b": "2", "it's": "3", 'say "x"': "4", "a.b": "5", "list": [1, 2], "none": None}
    row = {"customer_id": "C1", "observed_at": "2026-01-01", **odd}
    shop.write("panel/export/a.jsonl", json.dumps(row) + "\nno json\n")
    shop.ingest()
    found = dict(shop.rows("select attribute, value from raw.enrichment_attributes"))
    assert found == {**{key: value for key, value in odd.items() if key != "none"}, "list": "[1,2]"}
    assert shop.ledger()["panel/export/a.jsonl"] == ("loaded", 7, 6, 1)


def test_a_file_without_the_columns_is_set_aside_with_what_to_do(shop):
    shop.contract("panel/export", COOKIES)
    shop.write("panel/export/a.csv", "consentid,date,purpose,status\nv1,2026-01-01,marketing,true\n")
    shop.write("panel/export/b.csv", "consentid;date;marketing\nv1;2026-01-01;true\n")
    told = shop.ingest()["panel/export"].quarantined
    assert "none of the columns that are to become rows; correct `unpivot" in told["panel/export/a.csv"]
    assert "delimiter: ';'" in told["panel/export/b.csv"]


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.sampled_from(["", " ", "x", "0"]), min_size=3, max_size=3), min_size=1, max_size=40
    )
)
def test_rows_in_are_the_values_given_and_the_rows_without_any(new_shop, rows):
    with new_shop() as shop:
        shop.contract("panel/export", OTHERS)
        lines = [f"C{number},2026-01-01,{','.join(cells)}" for number, cells in enumerate(rows)]
        shop.write(
            "panel/export/a.csv",
            "customer_id,observed_at,a,b,c\n" + "\n".join([*lines, "last,2026-01-01,x,,"]),
        )
        shop.ingest()
        given_values = sum(bool(cell.strip()) for cells in rows for cell in cells) + 1
        empty = sum(not any(cell.strip() for cell in cells) for cells in rows)
        assert shop.ledger()["panel/export/a.csv"] == ("loaded", given_values + empty, given_values, empty)
        numbers = shop.rows("select customer_id from raw.enrichment_attributes order by _row_number")
        assert numbers[-1] == ("last",), "rows keep the order of their file"


@pytest.mark.parametrize("container", ["csv", "jsonl", "parquet"])
def test_the_columns_may_have_any_name(shop, container):
    """Those called like names of the statement itself ended the night."""
    shop.contract("panel/export", OTHERS)
    odd = dict.fromkeys(["cell", "given", "value", "name", "line", "record", "document"], "x")
    _write(shop, container, [{"customer_id": "C1", "observed_at": "2026-01-01 00:00:00", **odd}])
    shop.ingest()
    assert dict(shop.rows("select attribute, value from raw.enrichment_attributes")) == odd


def test_a_line_that_cannot_be_read_is_told_as_it_stands(shop):
    """What stands in for it in the copy was told instead, as a line of too many fields."""
    shop.contract("panel/export", OTHERS)
    header = "customer_id,observed_at,pets\n"
    bad = [
        "C2,2026-01-01,a\0b",
        "C3,2026-01-01,2,3",
        f"C4,2026-01-01,{'x' * (1 << 20)}",
        'C5,2026-01-01,"open',
    ]
    lines = ["C1,2026-01-01,2", *bad, "C6,2026-01-01,2"]
    shop.write("panel/export/a.csv", header + "".join(f"{line}\n" for line in lines))
    shop.write("panel/export/b.csv", header + 'C7,2026-01-01,1\nC8,"2026-01-01,1\nC9,2026-01-01,1\n')
    shop.ingest()
    assert shop.rows("select customer_id from raw.enrichment_attributes order by 1") == [
        ("C1",), ("C6",), ("C7",), ("C9",),
    ]  # fmt: skip
    assert shop.ledger() == {
        "panel/export/a.csv": ("loaded", 6, 2, 4), "panel/export/b.csv": ("loaded", 3, 2, 1)
    }  # fmt: skip
    found = shop.rows("""
        select file_path[-5:], row_number, reason, raw_row from quality.rejected_rows order by all
    """)
    quote = "a quote that is not closed; close it or double quotes inside a field"
    assert found == [
        (
            "a.csv",
            2,
            "a NUL byte, which no text holds; take it out or export the row again",
            "C2,2026-01-01,a\ufffdb",
        ),
        ("a.csv", 3, "more fields than the header names; quote fields that hold the delimiter", bad[1]),
        ("a.csv", 4, "the line is too long; shorten the field", bad[2][:10_000]),
        ("a.csv", 5, quote, bad[3]),
        ("b.csv", 2, quote, 'C8,"2026-01-01,1'),
    ]
