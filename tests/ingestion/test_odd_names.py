"""Names that mean something to the reader and nothing to the shop: of folders, columns and keys."""

from __future__ import annotations

import json

import duckdb
import pytest

LINES = "order_id,product_id,quantity,unit_price\n"
LOADED = "select order_id, product_id, quantity, unit_price from raw.pos_order_lines order by 1"


@pytest.mark.parametrize("folder", ["order_id=zzz", "quantity=5", "line=9", "region=eu/day=2026-01-05"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_folder_named_like_a_partition_is_no_column(shop, folder, name):
    """The folder's value took the place of the column's, or two columns had one name and the night ended."""
    row = {"order_id": "o1", "product_id": "A", "quantity": 1, "unit_price": 2}
    text = LINES + "o1,A,1,2\n" if name.endswith("csv") else json.dumps(row) + "\n"
    shop.write(f"pos/order_lines/{folder}/{name}", text)
    shop.ingest()
    assert shop.rows(LOADED) == [("o1", "A", 1, 2)]
    assert shop.rows("select _extra from raw.pos_order_lines") == [(None,)]


def test_keys_of_json_lines_that_differ_by_case_are_two(shop):
    """The struct's field was looked up whatever its case, and the wrong key filled the column."""
    shop.contract("pos/order_lines", "rename: {Quantity: discount_amount}\n")
    row = {"order_id": "o1", "product_id": "A", "quantity": 3, "unit_price": 2}
    others = {"Quantity": 9, "QUANTITY": 7}
    shop.write(
        "pos/order_lines/a.jsonl",
        "".join(json.dumps(line) + "\n" for line in (row | others, row | {"order_id": "o2"})),
    )
    shop.ingest()
    assert shop.rows(
        "select order_id, quantity, discount_amount, _extra::varchar from raw.pos_order_lines order by 1"
    ) == [("o1", 3, 9, '{"QUANTITY":7}'), ("o2", 3, None, None)]


def test_a_column_may_have_the_name_that_another_without_one_gets(shop):
    header = (
        LINES.strip() + ",,column 5 without a name,,another Column 7 without a name,Column 7 without a name\n"
    )
    shop.write("pos/order_lines/a.csv", header + "o1,A,1,2,v,w,x,y,z\n")
    shop.ingest()
    assert shop.rows(LOADED) == [("o1", "A", 1, 2)]
    ((extra,),) = shop.rows("select _extra::varchar from raw.pos_order_lines")
    found = json.loads(extra)
    assert sorted(found.values()) == ["v", "w", "x", "y", "z"]
    assert found["column 5 without a name"] == "w", "who has a name keeps it"


@pytest.mark.parametrize(
    "name", ["note\u00a0to us", "note\tto us", "co\u00adlour", "zero\u200bwidth", "\U0001f6d2"]
)
def test_a_name_may_hold_blanks_that_are_not_printed(shop, name):
    """A no-break space in a header was told to be no UTF-8."""
    shop.write("pos/order_lines/a.csv", LINES.strip() + f",{name}\no1,A,1,2,x\n")
    shop.ingest()
    assert shop.rows(LOADED) == [("o1", "A", 1, 2)]
    assert [json.loads(extra) for (extra,) in shop.rows("select _extra from raw.pos_order_lines")] == [
        {name: "x"}
    ]


@pytest.mark.parametrize("name", [b"caf\xe9", b"bell\x07", b"dash\xc2\x96", "\ufffd".encode()])
def test_a_name_that_is_no_text_is_told_as_such(shop, name):
    shop.write("pos/order_lines/a.csv", LINES.strip().encode() + b"," + name + b"\no1,A,1,2,x\n")
    told = shop.ingest()["pos/order_lines"].quarantined["pos/order_lines/a.csv"]
    assert "its header is not UTF-8 text; save the file as UTF-8" in told


@pytest.mark.parametrize(
    "name",
    [
        "kindred: file of the row",
        "Kindred: File of the row",
        "kindred: values that are given",
        "kindred: value of the column",
    ],
)
@pytest.mark.parametrize("container", ["csv", "parquet"])
@pytest.mark.parametrize("contract", ["", "unpivot: {columns: others, name: attribute, value: value}\n"])
def test_a_column_named_like_one_that_reading_adds_costs_its_file(shop, name, container, contract):
    """Two columns of one name ended the night."""
    shop.contract(
        "panel/export", f"table: enrichment/attributes\n{contract}columns: {{provider: {{default: p}}}}\n"
    )
    header = "customer_id,observed_at,attribute,value" if not contract else "customer_id,observed_at,pets"
    row = "C1,2026-01-01,pets,2" if not contract else "C1,2026-01-01,2"
    good = shop.write("panel/export/good.csv", f"{header}\n{row}\n")
    if container == "csv":
        shop.write("panel/export/odd.csv", f"{header},{name}\n{row},x\n")
    else:
        target = str(good.with_name("odd.parquet"))
        duckdb.sql(f"select *, 'x' as \"{name}\" from read_csv('{good}')").write_parquet(target)
    told = shop.ingest()["panel/export"].quarantined[f"panel/export/odd.{container}"]
    assert "begins with 'kindred:', as those do that its reading adds; rename the column" in told
    assert shop.ledger()["panel/export/good.csv"] == ("loaded", 1, 1, 0)
