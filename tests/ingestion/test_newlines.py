"""Newlines and quotes in every combination: rows are found or their file is refused, and the others load."""

from __future__ import annotations

import pytest

HEADER = "order_id,product_id,quantity,unit_price\n"
GOOD = HEADER + "good,A,1,2\n"
ORDERS = "select order_id, product_id from raw.pos_order_lines order by _file_id, _row_number"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_quote_behind_a_space_opens_a_field(shop, newline):
    text = HEADER + 'o1, "A\nB",1,2\no2,C,1,1\no3,D,x,1\n'
    shop.write("pos/order_lines/a.csv", text.replace("\n", newline))
    shop.ingest()
    assert shop.rows(ORDERS) == [("o1", f"A{newline}B"), ("o2", "C")]
    assert shop.rows("select row_number, raw_row from quality.rejected_rows") == [(3, "o3,D,x,1")]


@pytest.mark.parametrize("files", [1, 9])
def test_newlines_of_old_macs_end_lines(shop, files):
    for number in range(files):
        text = f"{HEADER}o{number},A,1,2\no{number},B,x,2\n"
        shop.write(f"pos/order_lines/{number}.csv", text.replace("\n", "\r"))
    shop.ingest()
    assert shop.rows(ORDERS) == [(f"o{number}", "A") for number in range(files)]
    assert {row[1:] for row in shop.ledger().values()} == {(2, 1, 1)}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_blank_line_of_one_column_is_a_row_without_it(shop, newline):
    shop.write("crm/customers/a.csv", "customer_id\n1\n\n2\n\n".replace("\n", newline))
    shop.ingest()
    assert shop.rows("select customer_id, _row_number from raw.crm_customers order by all") == [
        ("1", 1),
        ("2", 3),
    ]
    assert shop.ledger() == {"crm/customers/a.csv": ("loaded", 4, 2, 2)}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (HEADER.replace("\n", "\r\n") + '""\no2,B,1,2', "loaded"),
        (HEADER + ',\r\n""\n', "quarantined"),
        (HEADER + "\r1", "quarantined"),
        (HEADER.replace("\n", "\r\n") + '\x00\r\n""A\nz', "quarantined"),
    ],
)
def test_what_cannot_be_told_apart_costs_no_other_file(shop, text, status):
    shop.write("pos/order_lines/a.csv", text)
    shop.write("pos/order_lines/b.csv", GOOD)
    outcome = shop.ingest()["pos/order_lines"]
    assert ("good", "A") in shop.rows(ORDERS)
    assert outcome.rows_in == outcome.rows_loaded + outcome.rows_rejected
    assert shop.ledger()["pos/order_lines/a.csv"][0] == status
