"""What becomes of the rows of a file: loaded or rejected, never lost."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest

CUSTOMERS = "customer_id,first_name,updated_at\n1,Ann,2026-01-01\n2,Bo,2026-01-02 10:00:00\n"
EVENT = {"event_id": "1", "occurred_at": "2026-01-01T10:00:00Z", "visitor_id": "v", "event_name": "page_view"}


@pytest.mark.parametrize("extension", ["csv", "csv.gz", "csv.zst"])
def test_a_file_is_read_as_its_extension_says(shop, extension):
    shop.write(f"crm/customers/export.{extension}", CUSTOMERS)
    shop.ingest()
    assert shop.rows("select customer_id, first_name, updated_at from raw.crm_customers order by 1") == [
        ("1", "Ann", datetime(2026, 1, 1)),
        ("2", "Bo", datetime(2026, 1, 2, 10)),
    ]
    assert shop.ledger() == {f"crm/customers/export.{extension}": ("loaded", 2, 2, 0)}


def test_tab_separated_json_lines_and_parquet_fill_the_same_table(shop, tmp_path):
    shop.write("crm/customers/a.tsv", CUSTOMERS.replace(",", "\t"))
    shop.write("crm/customers/b.jsonl", '{"customer_id": 3, "first_name": "Cy", "updated_at": null}\n')
    duckdb.sql(
        "select 4 as customer_id, 'Di' as first_name, timestamp '2026-01-04' as updated_at"
    ).write_parquet(str(shop.landing / "crm" / "customers" / "c.parquet"))
    shop.ingest()
    assert shop.rows("select customer_id, first_name from raw.crm_customers order by 1") == [
        ("1", "Ann"), ("2", "Bo"), ("3", "Cy"), ("4", "Di"),
    ]  # fmt: skip


def test_columns_may_be_renamed_reordered_and_absent(shop):
    shop.contract(
        "till/export", "table: pos/sales\nrename: {Invoice: order_id, Item: product_id, When: ordered_at}\n"
    )
    shop.write("till/export/a.csv", "Item,unit_price,quantity,When,Invoice\nP1,2.50,3,2026-01-01,77\n")
    shop.ingest()
    assert shop.rows(
        "select order_id, product_id, quantity, unit_price, store_id, _feed, _row_number from raw.pos_sales"
    ) == [("77", "P1", 3.0, 2.5, None, "till/export", 1)]


def test_columns_beyond_the_contract_are_kept(shop):
    shop.write("crm/customers/a.csv", "customer_id,favourite tea\n1,Assam\n")
    shop.write("clickstream/events/a.jsonl", json.dumps({**EVENT, "experiment": {"arm": "b"}}))
    shop.ingest()
    assert shop.rows("select _extra->>'favourite tea' from raw.crm_customers") == [("Assam",)]
    assert shop.rows("select _extra->'experiment'->>'arm', visitor_id from raw.clickstream_events") == [
        ("b", "v")
    ]


def test_a_bad_row_is_rejected_with_its_place_column_and_reason(shop):
    shop.write(
        "pos/order_lines/a.csv",
        "order_id,product_id,quantity,unit_price\n1,A,2,1.5\n2,B,many,1\n3,C,1\n4,,1,1\n5,E,1,2,9\n6,F,1,3\n",
    )
    shop.ingest()
    assert shop.ledger() == {"pos/order_lines/a.csv": ("loaded", 6, 2, 4)}
    assert shop.rows("select order_id, _row_number from raw.pos_order_lines order by 1") == [
        ("1", 1),
        ("6", 6),
    ]
    rejected = shop.rows("select row_number, column_name, reason from quality.rejected_rows order by 1")
    assert rejected == [
        (2, "quantity", "not a number; correct the value"),
        (3, None, "fewer fields than the header names; complete the row"),
        (4, "product_id", "required and missing; fill it in"),
        (5, None, "more fields than the header names; quote fields that hold the delimiter"),
    ]


def test_a_bad_value_of_an_optional_column_becomes_null_and_is_listed(shop):
    shop.write("crm/customers/a.csv", "customer_id,updated_at\n1,someday\n2,2026-01-01\n")
    shop.ingest()
    assert shop.ledger() == {"crm/customers/a.csv": ("loaded", 2, 2, 0)}
    assert shop.rows("select row_number, column_name, raw_value from quality.nulled_values") == [
        (1, "updated_at", "someday")
    ]


def test_of_a_row_that_is_rejected_no_value_is_listed_as_nulled(shop):
    """The row is not there, so nothing became null in it."""
    shop.write("crm/customers/a.csv", "customer_id,updated_at\n,someday\n2,someday\n")
    assert shop.ingest()["crm/customers"].values_nulled == 1
    assert shop.rows("select row_number from quality.nulled_values") == [(2,)]
    assert shop.rows("select row_number, column_name from quality.rejected_rows") == [(1, "customer_id")]


def test_a_line_that_is_no_json_object_is_rejected_and_the_others_go_on(shop):
    good = json.dumps(EVENT)
    shop.write("clickstream/events/a.jsonl", f'{good}\n{{"event_id": \n["a list"]\n\n{good}\n')
    shop.ingest()
    assert shop.ledger() == {"clickstream/events/a.jsonl": ("loaded", 4, 2, 2)}
    assert shop.rows("select row_number, raw_row from quality.rejected_rows order by 1") == [
        (2, '{"event_id": '),
        (3, '["a list"]'),
    ]


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-01-01", "UTC", datetime(2026, 1, 1)),
        ("2026-01-01T10:00:00Z", "Europe/Berlin", datetime(2026, 1, 1, 10)),
        ("2026-01-01T10:00:00+02:00", "UTC", datetime(2026, 1, 1, 8)),
        ("2026-01-01 10:00:00", "Europe/Berlin", datetime(2026, 1, 1, 9)),
        ("2025-07-01 10:00:00", "Europe/Berlin", datetime(2025, 7, 1, 8)),
        ("1767261600", "UTC", datetime(2026, 1, 1, 10)),
        ("1767261600.25", "UTC", datetime(2026, 1, 1, 10, 0, 0, 250000)),
        ("1767261600000", "UTC", datetime(2026, 1, 1, 10)),
    ],
)
def test_times_become_utc(shop, text, zone, expected):
    shop.contract("crm/surveys", f"time_zone: {zone}\n")
    shop.write("crm/surveys/a.csv", f"customer_id,answered_at,question,answer\n1,{text},q,a\n")
    shop.ingest()
    assert shop.rows("select answered_at from raw.crm_surveys") == [(expected,)]


def test_a_local_time_that_the_clocks_skip_is_none_and_one_that_they_repeat_is_one_of_the_two(shop):
    shop.contract("crm/customers", "time_zone: Europe/Berlin\n")
    shop.write(
        "crm/customers/a.csv", "customer_id,updated_at\n1,2026-03-29 02:30:00\n2,2025-10-26 02:30:00\n"
    )
    shop.ingest()
    ((skipped,), (repeated,)) = shop.rows("select updated_at from raw.crm_customers order by customer_id")
    assert skipped is None
    assert repeated in (datetime(2025, 10, 26, 0, 30), datetime(2025, 10, 26, 1, 30))


def test_a_contracts_rules_on_values_hold(shop):
    shop.contract(
        "pos/order_lines",
        "columns:\n  - {name: quantity, min: -100, max: 100}\n  - {name: unit_price, default: 1.5}\n"
        "  - {name: line_id, pattern: 'L[0-9]+', on_error: reject}\n  - {name: product_id, values: [A, B]}\n",
    )
    shop.write(
        "pos/order_lines/a.csv",
        "order_id,line_id,product_id,quantity,unit_price\n1,L1,A,1,\n2,L2,C,1,1\n3,X,A,1,1\n4,L4,B,101,1\n5,,B,1,2\n",
    )
    shop.ingest()
    assert shop.rows("select order_id, unit_price from raw.pos_order_lines order by 1") == [
        ("1", 1.5),
        ("5", 2.0),
    ]
    assert shop.rows("select row_number, column_name from quality.rejected_rows order by 1") == [
        (2, "product_id"), (3, "line_id"), (4, "quantity"),
    ]  # fmt: skip


def test_semicolons_and_decimal_commas_are_read_as_the_contract_says(shop):
    shop.contract("pos/order_lines", "dialect: {delimiter: ';', decimal: ','}\n")
    shop.write("pos/order_lines/a.csv", "order_id;product_id;quantity;unit_price\n1;A;1;1.234,50\n")
    shop.ingest()
    assert shop.rows("select unit_price from raw.pos_order_lines") == [(1234.5,)]


def test_mixed_newlines_do_not_cost_a_row(shop):
    shop.write("crm/customers/a.csv", "customer_id,first_name\r\n1,Ann\n2,Bo\r\n3,Cy\n")
    shop.ingest()
    assert shop.ledger() == {"crm/customers/a.csv": ("loaded", 3, 3, 0)}


def test_a_column_named_like_one_of_the_ledgers_is_quarantined(shop):
    """A blank `status` of a consent stopped the whole night: the ledger has a column of that name too."""
    shop.write(
        "consents/decisions/a.csv",
        "email,purpose,status,decided_at\na@x.org,analytics,,2026-01-01\nb@x.org,analytics,granted,2026-01-01\n",
    )
    shop.ingest()
    assert shop.ledger()["consents/decisions/a.csv"] == ("loaded", 2, 1, 1)
    assert shop.rows("select row_number, column_name from quality.rejected_rows") == [(1, "status")]
