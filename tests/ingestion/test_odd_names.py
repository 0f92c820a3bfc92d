"""Names that mean something to the reader and nothing to the shop: of folders, columns and keys."""

from __future__ import annotations

import json

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
