"""Files that went wrong once: each test tells which mistake it guards against."""

from __future__ import annotations

import json
from datetime import datetime

import duckdb
import pytest

from dagster_project.lib.ingestion.loading import doubts

SALES = "order_id,ordered_at,product_id,quantity,unit_price\n"
LINES = "order_id,product_id,quantity,unit_price\n"


def test_a_named_zone_does_not_shift_the_times_after_it(shop):
    """DuckDB keeps the zone of a name like CET for the later values of the same vector."""
    rows = "o1,2026-01-01 10:00:00 CET,P,1,1\n" + "o2,2026-01-05 12:00:00,P,1,1\n" * 5000
    shop.write("pos/sales/a.csv", SALES + rows)
    shop.ingest()
    assert shop.rows("select distinct ordered_at from raw.pos_sales") == [(datetime(2026, 1, 5, 12),)]
    assert shop.ledger()["pos/sales/a.csv"] == ("loaded", 5001, 5000, 1)


@pytest.mark.parametrize(
    "text", ["-infinity", "infinity", "0001-05-26", "44-03-15 (BC)", "290000-01-01", "1/5/26 8:26"]
)
def test_a_time_that_cannot_be_is_rejected(shop, text):
    """One time at minus infinity made the models fit NaN and stopped every night."""
    shop.write("pos/sales/a.csv", SALES + f"o1,{text},P,1,1\no2,2026-01-01,P,1,1\n")
    shop.ingest()
    assert shop.ledger()["pos/sales/a.csv"] == ("loaded", 2, 1, 1)


def test_an_offset_may_stand_apart(shop):
    shop.write(
        "pos/sales/a.csv", SALES + "o1,2026-01-01 10:00:00 +0200,P,1,1\no2,2026-01-01 10:00:00 UTC,P,1,1\n"
    )
    shop.ingest()
    assert shop.rows("select ordered_at from raw.pos_sales order by order_id") == [
        (datetime(2026, 1, 1, 8),), (datetime(2026, 1, 1, 10),),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["1e33", "-1e300", "inf", "nan"])
def test_a_number_beyond_reason_is_rejected(shop, number):
    """Sums of such numbers overflow a decimal and stopped the night in dbt."""
    shop.write("pos/order_lines/a.csv", LINES + f"1,A,1,{number}\n2,B,1,1\n")
    shop.ingest()
    assert shop.ledger()["pos/order_lines/a.csv"] == ("loaded", 2, 1, 1)


@pytest.mark.parametrize(
    ("text", "expected"), [("2,50", 2.5), ("1.234,5", 1234.5), ("2.50", None), ("12,345.67", None)]
)
def test_with_a_decimal_comma_a_point_only_parts_thousands(shop, text, expected):
    """2.50 was read as 250."""
    shop.contract("pos/order_lines", "dialect: {delimiter: ';', decimal: ','}\n")
    shop.write("pos/order_lines/a.csv", LINES.replace(",", ";") + f"1;A;1;{text}\n2;B;1;1\n")
    shop.ingest()
    prices = dict(shop.rows("select order_id, unit_price from raw.pos_order_lines"))
    assert prices.get("1") == expected


def test_dates_of_another_country_are_read_by_the_format_the_contract_names(shop):
    shop.contract("crm/surveys", "time_zone: Europe/Berlin\ndialect: {timestamp_format: '%d.%m.%Y %H:%M'}\n")
    shop.write("crm/surveys/a.csv", "customer_id,answered_at,question,answer\n1,03.07.2025 08:00,q,a\n")
    shop.ingest()
    assert shop.rows("select answered_at from raw.crm_surveys") == [(datetime(2025, 7, 3, 6),)]


@pytest.mark.parametrize(
    "name",
    ["filename", "FILENAME", "file_index", "_file_id", "is_rejected", "text of customer_id", "a'b\"c", "列"],
)
@pytest.mark.parametrize("container", ["csv", "parquet", "jsonl"])
def test_a_column_may_have_any_name(shop, name, container):
    """A column called like one of the reader's own stopped the whole night."""
    folder = shop.landing / "crm" / "customers"
    folder.mkdir(parents=True)
    quoted = '"' + name.replace('"', '""') + '"'
    if container == "parquet":
        duckdb.sql(f"select 1 as customer_id, 'x' as {quoted}").write_parquet(str(folder / "a.parquet"))
    elif container == "csv":
        (folder / "a.csv").write_text(f"customer_id,{quoted}\n1,x\n")
    else:
        (folder / "a.jsonl").write_text(json.dumps({"customer_id": 1, name: "x"}) + "\n")
    shop.ingest()
    assert shop.rows("select customer_id from raw.crm_customers") == [("1",)]
    (extra,) = shop.rows("select _extra from raw.crm_customers")[0]
    assert json.loads(extra) == {name: "x"}


@pytest.mark.parametrize("header", [b"customer_id,a\x00b", b"customer_id,caf\xe9", b'customer_id,"a\nb"'])
def test_a_header_that_cannot_be_is_quarantined_and_the_others_go_on(shop, header):
    """A NUL in the first line brought the line itself, a person, into Dagster's storage."""
    shop.write("crm/customers/a.csv", header + b"\n1,x\n")
    shop.write("crm/customers/b.csv", "customer_id\n2\n")
    shop.ingest()
    assert shop.ledger()["crm/customers/a.csv"][0] == "quarantined"
    assert shop.rows("select customer_id from raw.crm_customers") == [("2",)]


def test_columns_without_a_name_stay_apart(shop):
    shop.write("crm/customers/a.csv", "customer_id,,column_2,\n1,x,y,z\n")
    shop.ingest()
    assert shop.ledger()["crm/customers/a.csv"] == ("loaded", 1, 1, 0)


def test_a_wrong_delimiter_is_named(shop):
    shop.write("pos/order_lines/a.csv", LINES.replace(",", ";") + "1;A;1;2\n")
    reason = shop.ingest()["pos/order_lines"].quarantined["pos/order_lines/a.csv"]
    assert "is `dialect: {delimiter: ';'}` missing" in reason


def test_a_file_without_one_good_row_does_not_take_the_place_of_a_good_one(shop):
    """A till that changed its dates emptied the shop, and the night published that."""
    shop.write("pos/order_lines/a.csv", LINES + "1,A,1,2\n2,B,1,2\n")
    shop.ingest()
    shop.write("pos/order_lines/a.csv", LINES + "1,A,one,2\n2,B,one,2\n")
    outcome = shop.ingest()["pos/order_lines"]
    assert shop.rows("select count(*) from raw.pos_order_lines") == [(2,)]
    assert shop.ledger()["pos/order_lines/a.csv"] == ("quarantined", 2, 0, 2)
    assert "none of its rows" in outcome.quarantined["pos/order_lines/a.csv"]
    assert shop.ingest()["pos/order_lines"].is_unchanged


def test_a_contract_that_rejects_fewer_rows_leaves_no_old_rejections(shop):
    """The ledger's count and the rejected rows listed did not agree any more."""
    shop.contract("pos/order_lines", "columns: [{name: quantity, min: 0}]\n")
    shop.write("pos/order_lines/a.csv", LINES + "1,A,-1,2\n2,B,1,2\n")
    shop.ingest()
    shop.contract("pos/order_lines", "columns: [{name: quantity, min: -5}]\n")
    shop.ingest()
    assert shop.ledger()["pos/order_lines/a.csv"] == ("loaded", 2, 2, 0)
    assert shop.rows("select count(*) from quality.rejected_rows") == [(0,)]


def test_the_same_bytes_under_another_extension_are_another_file(shop):
    """A file delivered first as .txt kept its twin .csv out."""
    shop.write("crm/customers/a.txt", "customer_id\n1\n")
    shop.write("crm/customers/b.csv", "customer_id\n1\n")
    shop.ingest()
    assert {path: entry[0] for path, entry in shop.ledger().items()} == {
        "crm/customers/a.txt": "quarantined", "crm/customers/b.csv": "loaded",
    }  # fmt: skip


def test_a_night_killed_between_groups_goes_on_in_the_same_order(new_shop, monkeypatch):
    """Which file is an order's latest depended on where the kill fell."""
    files = {
        "a.csv": LINES + "o1,A,1,1\n",
        "b.csv": "product_id,order_id,quantity,unit_price\nA,o1,2,1\n",
        "c.csv": LINES + "o1,A,3,1\n",
    }
    orders = []
    for groups_before_the_kill in (None, 1, 2):
        with new_shop() as shop:
            for name, text in files.items():
                shop.write(f"pos/order_lines/{name}", text)
            if groups_before_the_kill is not None:
                _kill_after(groups_before_the_kill, monkeypatch)
                with pytest.raises(KeyboardInterrupt):
                    shop.ingest()
                monkeypatch.undo()
            shop.ingest()
            orders.append(
                shop.rows(
                    "select file_path from quality.ingested_files where status = 'loaded' order by file_id"
                )
            )
    assert orders[0] == orders[1] == orders[2] == [(f"pos/order_lines/{name}",) for name in files]


def _kill_after(groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the worst place: the rows of the next group are in the raw table and in no ledger."""
    look_up, calls = doubts.look_up_inserted, []

    def killed(*arguments):
        calls.append(1)
        if len(calls) > groups:
            raise KeyboardInterrupt
        return look_up(*arguments)

    monkeypatch.setattr(doubts, "look_up_inserted", killed)
