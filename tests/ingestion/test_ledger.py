"""What the ledger makes of killed nights, of the same content elsewhere, and of what was refused before."""

from __future__ import annotations

import pytest

from dagster_project.lib.ingestion.loading import bulk

HEADER = "order_id,product_id,quantity,unit_price\n"
ORDERS = "select order_id from raw.pos_order_lines order by all"


def kill(shop, monkeypatch):
    """A night that ends once rows are inserted."""
    insert = bulk.insert_bulk

    def insert_and_end(*given):
        insert(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(bulk, "insert_bulk", insert_and_end)
        shop.ingest()


def test_a_killed_night_leaves_no_rows_beside_a_quarantined_file(shop, monkeypatch):
    """The quarantined file has the higher number and is in the ledger before the other one is loaded."""
    shop.write("pos/order_lines/a.csv", HEADER + "o1,A,1,2\n")
    shop.write("pos/order_lines/z.csv", "")
    kill(shop, monkeypatch)
    assert len(shop.rows(ORDERS)) == 1
    shop.ingest()
    assert shop.rows(ORDERS) == [("o1",)]


def test_a_number_of_a_killed_night_goes_to_no_file_of_another_feed(shop, monkeypatch):
    shop.write("pos/order_lines/a.csv", HEADER + "o1,A,1,2\n")
    kill(shop, monkeypatch)
    shop.write("crm/customers/a.csv", "customer_id\nc1\n")
    shop.ingest()
    assert shop.rows(ORDERS) == [("o1",)]


@pytest.mark.parametrize("compressed", ["a.csv.gz", "a.csv.zst"])
def test_a_file_that_is_compressed_later_on_is_known(shop, compressed):
    text = HEADER + "o1,A,1,2\n"
    plain = shop.write("pos/order_lines/a.csv", text)
    shop.ingest()
    plain.unlink()
    shop.write(f"pos/order_lines/{compressed}", text)
    assert shop.ingest()["pos/order_lines"].files_duplicate == 1
    assert shop.rows(ORDERS) == [("o1",)]


def test_a_file_that_takes_the_content_of_another_loses_its_old_rows(shop):
    shop.write("pos/order_lines/a.csv", HEADER + "o1,A,1,2\n")
    shop.write("pos/order_lines/b.csv", HEADER + "o8,A,1,2\n")
    shop.ingest()
    shop.write("pos/order_lines/a.csv", HEADER + "o8,A,1,2\n")
    shop.ingest()
    assert shop.rows(ORDERS) == [("o8",)]
    assert all(outcome.is_unchanged for outcome in shop.ingest().values())


def test_what_was_refused_under_another_contract_is_listed_no_more(shop):
    shop.contract("pos/order_lines", "columns: [{name: quantity, min: 50}]\n")
    shop.write("pos/order_lines/a.csv", HEADER + "o1,A,1,2\no2,A,1,2\n")
    shop.ingest()
    assert len(shop.rows("from quality.rejected_rows")) == 2
    shop.contract("pos/order_lines", "columns: [{name: quantity, min: 0}]\n")
    shop.ingest()
    assert shop.rows(ORDERS) == [("o1",), ("o2",)]
    assert shop.rows("from quality.rejected_rows") == []
