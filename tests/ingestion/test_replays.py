"""Rows that were refused come back corrected, as rows of the file that had lost them."""

from __future__ import annotations

HEADER = "order_id,product_id,quantity,unit_price\n"
FAULTY = HEADER + "o1,A,1,5\no1,B,two,5\no2,C,1,5\n"
LINES = "select order_id, product_id, _file_id, _row_number from raw.pos_order_lines order by _file_id, _row_number"


def test_a_corrected_row_becomes_a_row_of_its_file_and_the_ledger_says_so(shop):
    shop.write("pos/order_lines/monday.csv", FAULTY)
    shop.ingest()
    shop.write(
        "pos/order_lines/replay/monday.jsonl",
        '{"order_id":"o1","product_id":"B","quantity":2,"unit_price":5}\n',
    )
    shop.ingest()
    assert shop.rows(LINES) == [("o1", "A", 1, 1), ("o2", "C", 1, 3), ("o1", "B", 1, 4)]
    assert shop.rows(
        "select file_path, status, part_of, rows_loaded from quality.ingested_files order by file_id"
    ) == [
        ("pos/order_lines/monday.csv", "loaded", None, 2),
        ("pos/order_lines/replay/monday.jsonl", "loaded", 1, 1),
    ]
    assert shop.rows("select row_number, replayed_by from quality.rejected_rows") == [
        (2, "pos/order_lines/replay/monday.jsonl")
    ]
    shop.ingest()
    assert len(shop.rows(LINES)) == 3


def test_file_and_correction_may_arrive_in_one_night(shop):
    shop.write("pos/order_lines/tuesday.csv", FAULTY)
    shop.write("pos/order_lines/replay/tuesday.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    assert [row[2:] for row in shop.rows(LINES)] == [(1, 1), (1, 3), (1, 4)]


def test_a_file_delivered_anew_takes_its_corrections_with_it(shop):
    """They would stand beside the same rows of the new delivery, and no order line is ever deduplicated."""
    shop.write("pos/order_lines/monday.csv", FAULTY)
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    shop.write("pos/order_lines/monday.csv", FAULTY.replace("two", "2"))
    shop.ingest()
    shop.ingest()
    assert [row[:2] for row in shop.rows(LINES)] == [("o1", "A"), ("o1", "B"), ("o2", "C")]
    assert shop.rows("select count(*) from quality.rejected_rows") == [(0,)]


def test_a_correction_of_no_known_file_is_loaded_as_a_file_of_its_own(shop):
    shop.write("pos/order_lines/replay/friday.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    assert shop.rows("select status, part_of, reason from quality.ingested_files") == [
        ("loaded", None, "no file of this name lost rows; loaded as a file of its own")
    ]


def test_a_correction_delivered_again_replaces_its_own_rows_alone(shop):
    shop.write("pos/order_lines/monday.csv", FAULTY)
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o1,B,3,5\n")
    shop.ingest()
    quantities = "select order_id, product_id, quantity from raw.pos_order_lines order by all"
    assert shop.rows(quantities) == [("o1", "A", 1.0), ("o1", "B", 3.0), ("o2", "C", 1.0)]
    assert shop.rows("select replayed_by from quality.rejected_rows") == [
        ("pos/order_lines/replay/monday.csv",)
    ]


def test_a_changed_contract_reads_a_correction_again_though_its_file_left_landing(shop):
    original = shop.write("pos/order_lines/monday.csv", FAULTY)
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    before = shop.rows(LINES)
    original.unlink()
    shop.contract("pos/order_lines", "description: read anew\n")
    shop.ingest()
    assert shop.rows(LINES) == before


def test_a_correction_that_its_file_no_longer_needs_is_superseded(shop):
    shop.contract("pos/order_lines", "columns: [{name: quantity, min: 0}]\n")
    shop.write("pos/order_lines/monday.csv", HEADER + "o1,A,1,5\no2,A,-1,5\n")
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o2,A,1,5\n")
    shop.ingest()
    assert len(shop.rows(LINES)) == 2
    shop.contract("pos/order_lines", "columns: [{name: quantity, min: -5}]\n")
    shop.ingest()
    assert shop.rows("select order_id, quantity from raw.pos_order_lines order by all") == [
        ("o1", 1.0),
        ("o2", -1.0),
    ]
    shop.contract("pos/order_lines", "columns: [{name: quantity, min: -6}]\n")
    shop.ingest()
    assert len(shop.rows(LINES)) == 2


def test_corrections_of_two_files_may_read_alike(shop):
    for day in ("monday", "tuesday"):
        shop.write(f"pos/order_lines/{day}.csv", FAULTY.replace("o2", day))
        shop.write(f"pos/order_lines/replay/{day}.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    assert shop.rows("select _file_id, count(*) from raw.pos_order_lines group by 1 order by 1") == [
        (1, 3),
        (2, 3),
    ]


def test_rows_of_a_second_correction_stand_behind_those_of_the_first(shop):
    shop.write("pos/order_lines/monday.csv", FAULTY.replace("o2,C,1,5", "o2,C,one,5"))
    shop.ingest()
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    shop.write(
        "pos/order_lines/replay/monday.jsonl",
        '{"order_id":"o2","product_id":"C","quantity":1,"unit_price":5}\n',
    )
    shop.ingest()
    assert shop.rows(LINES) == [("o1", "A", 1, 1), ("o1", "B", 1, 4), ("o2", "C", 1, 5)]


def test_a_correction_that_goes_over_to_a_newer_file_of_the_name_corrects_the_old_one_no_more(shop):
    shop.write("pos/order_lines/monday.csv", FAULTY)
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o1,B,2,5\n")
    shop.ingest()
    shop.write(
        "pos/order_lines/monday.jsonl",
        '{"order_id":"o3","product_id":"A","quantity":1,"unit_price":5}\n'
        '{"order_id":"o3","product_id":"B","quantity":"two","unit_price":5}\n',
    )
    shop.ingest()
    shop.write("pos/order_lines/replay/monday.csv", HEADER + "o3,B,2,5\n")
    shop.ingest()
    assert [row[:2] for row in shop.rows(LINES)] == [("o1", "A"), ("o2", "C"), ("o3", "A"), ("o3", "B")]
    assert shop.rows("select file_path, replayed_by from quality.rejected_rows order by 1") == [
        ("pos/order_lines/monday.csv", None),
        ("pos/order_lines/monday.jsonl", "pos/order_lines/replay/monday.csv"),
    ]
