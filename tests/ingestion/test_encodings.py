"""Text in other encodings and with other newlines: read as declared, never guessed."""

from __future__ import annotations

import json

import pytest

LINES = "order_id,product_id,quantity,unit_price\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "cp1252", "latin-1", "utf-8"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_declared_encoding_is_read(shop, encoding, name):
    """UTF-16 from big-endian machines loaded nothing and said nothing; cp1252 was not to be had."""
    shop.contract("crm/customers", f"dialect: {{encoding: {encoding}}}\n")
    rows = [("1", "Zoë"), ("2", "Müller")]
    text = "customer_id,first_name\n" + "".join(f"{key},{name}\n" for key, name in rows)
    if name.endswith("jsonl"):
        text = "".join(
            json.dumps({"customer_id": k, "first_name": n}, ensure_ascii=False) + "\n" for k, n in rows
        )
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    shop.write(f"crm/customers/{name}", (mark + text).encode(encoding))
    shop.ingest()
    assert shop.rows("select customer_id, first_name from raw.crm_customers order by 1") == rows


def test_a_file_in_another_encoding_than_declared_is_quarantined(shop):
    shop.contract("crm/customers", "dialect: {encoding: utf-16}\n")
    shop.write("crm/customers/a.csv", b"customer_id,first_name\n1,odd\n")
    assert "it is not in utf-16" in shop.ingest()["crm/customers"].quarantined["crm/customers/a.csv"]


def test_mixed_newlines_do_not_make_the_reader_lenient(shop):
    """The lenient reader dropped surplus fields without a word and misnumbered rows."""
    rows = "o1,P,1,2\r\n" + "o2,P,1,2,9\n" + "o3,P\n" + 'o4,"a\r\nb",1,2\r\n'
    shop.write("pos/order_lines/a.csv", LINES + rows)
    shop.ingest()
    assert shop.rows("select order_id, product_id from raw.pos_order_lines order by 1") == [
        ("o1", "P"),
        ("o4", "a\r\nb"),
    ]
    assert shop.rows("select row_number from quality.rejected_rows order by 1") == [(2,), (3,)]


@pytest.mark.parametrize("ends", [("\n", "\r\n", "\n"), ("\r\n", "\n", "\r"), ("\r", "\r", "\r")])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_stray_quote_is_a_letter_whatever_the_newlines_are(shop, ends, encoding):
    """Newlines were parted at every quote, and a single one exchanged the inside and the outside."""
    rows = ['o1,5" disk,1,2', 'o2,"two\r\nlines, ""5"" each",1,2', "o3,C,1,2"]
    text = LINES + "".join(row + end for row, end in zip(rows, ends, strict=True))
    shop.write("pos/order_lines/a.csv", text.encode(encoding))
    shop.ingest()
    assert shop.rows("select order_id, product_id from raw.pos_order_lines order by 1") == [
        ("o1", '5" disk'),
        ("o2", 'two\r\nlines, "5" each'),
        ("o3", "C"),
    ]


def test_lines_behind_an_open_quote_are_rows_in_another_encoding_too(shop):
    rows = 'o1,A,1,2\r\no2,"B,1,2\r\no3,C,1,2\no4,D,1,2\r\n'
    shop.write("pos/order_lines/a.csv", (LINES + rows).encode("utf-16"))
    shop.ingest()
    assert shop.rows("select order_id from raw.pos_order_lines order by 1") == [("o1",), ("o3",), ("o4",)]
    assert shop.rows("select row_number, reason from quality.rejected_rows") == [
        (2, "a quote that is not closed; close it or double quotes inside a field")
    ]


@pytest.mark.parametrize("bad", ['o2,"B,1,2\r\n', "o2,B\0,1,2\r\n"])
def test_mixed_newlines_and_a_line_that_cannot_be_read_cost_that_line_only(shop, bad):
    """The copy in which the line was taken out kept the newlines, and the whole file was refused."""
    rows = 'o1,"A\r\nB",1,2\r\n' + bad + "o3,C,1,2\no4,D,1,2\r\n"
    shop.write("pos/order_lines/a.csv", LINES + rows)
    shop.ingest()
    assert shop.rows("select order_id, product_id, _row_number from raw.pos_order_lines order by 1") == [
        ("o1", "A\r\nB", 1),
        ("o3", "C", 3),
        ("o4", "D", 4),
    ]
    ((number, text),) = shop.rows("select row_number, raw_row from quality.rejected_rows")
    assert (number, text) == (2, bad.strip().replace("\0", "\ufffd"))


def test_blank_lines_are_no_rows_of_json_lines_wherever_one_is_refused(shop):
    lines = [f'{{"order_id":"o{n}","product_id":"A","quantity":1,"unit_price":2}}' for n in range(1, 6)]
    refused = b'{"order_id":"\xff\xfe","product_id":"A","quantity":1,"unit_price":2}'
    content = [line.encode() for line in [*lines[:2], "", "  ", *lines[2:]]]
    shop.write("pos/order_lines/a.jsonl", b"\n".join([*content[:4], refused, *content[4:], b""]))
    shop.ingest()
    assert shop.rows("select order_id, _row_number from raw.pos_order_lines order by all") == [
        ("o1", 1), ("o2", 2), ("o3", 4), ("o4", 5), ("o5", 6),
    ]  # fmt: skip
    ((place, text),) = shop.rows("select row_number, raw_row from quality.rejected_rows")
    assert place == 3
    assert text.startswith('{"order_id"')
