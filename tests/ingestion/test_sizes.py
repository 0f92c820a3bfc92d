"""Lines, texts and nestings that go beyond what a reader takes: each costs itself and nothing else."""

from __future__ import annotations

import json
import os
import shutil

import duckdb
import pytest
from gigabyte import call_ingest, write_gigabytes

from tests.processes import run_apart


@pytest.mark.parametrize(
    "nested", ["[" * 200_000 + "]" * 200_000, '{"":' * 190_000 + "1" + "}" * 190_000, "[" * 100_000]
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_line_nested_without_end_costs_itself_only(shop, nested, name):
    """DuckDB followed it down to the end of its stack, and the process died."""
    lines = [
        f'{{"order_id":"{number}","product_id":"A","quantity":1,"unit_price":2,"x":{inner}}}\n'
        for number, inner in enumerate(
            ["[1]", nested, "[" * 20_000 + "]" * 20_000, "[" * 19_990 + "]" * 19_990]
        )
    ]
    shop.write(f"pos/order_lines/{name}", "".join(lines))
    shop.ingest()
    assert shop.rows("select order_id from raw.pos_order_lines order by 1") == [("0",), ("3",)]
    assert shop.rows("select row_number, reason from quality.rejected_rows order by 1") == [
        (2, "the line is nested too deep; flatten it"),
        (3, "the line is nested too deep; flatten it"),
    ]
    ((text,),) = shop.rows("select raw_row from quality.rejected_rows where row_number = 2")
    assert '"order_id":"1"' in text
    assert len(text) < 11_000


LETTERS, UMLAUTS, LINES = "x" * 1_020_000, "ü" * 510_000, ("x" * 999 + "\n") * 1500


@pytest.mark.parametrize(
    ("container", "text"),
    [
        *(
            (container, text)
            for container in ("csv", "wide csv", "jsonl", "parquet")
            for text in (LETTERS, UMLAUTS)
        ),
        ("csv", LINES),
        ("wide csv", LINES),
    ],
    ids=lambda value: value[:9],
)
def test_a_long_text_is_loaded_in_every_container_or_in_none(shop, container, text):
    """JSON lines were rejected for a text that CSV was loaded with."""
    unpivot = "unpivot: {columns: [pets], name: attribute, value: value}\n" if container == "wide csv" else ""
    shop.contract(
        "panel/export", f"table: enrichment/attributes\n{unpivot}columns: {{provider: {{default: p}}}}\n"
    )
    row = {"customer_id": "C1", "observed_at": "2026-01-01", "attribute": "pets", "value": text}
    if container == "wide csv":
        shop.write("panel/export/a.csv", f'customer_id,observed_at,pets\nC1,2026-01-01,"{text}"\n')
    elif container == "csv":
        shop.write("panel/export/a.csv", f'{",".join(row)}\nC1,2026-01-01,pets,"{text}"\n')
    elif container == "jsonl":
        shop.write("panel/export/a.jsonl", json.dumps(row, ensure_ascii=False) + "\n")
    else:
        _write_parquet(shop, row)
    shop.ingest()
    assert shop.rows("select value from raw.enrichment_attributes") == [(text,)]


def test_a_file_in_a_field_is_rejected(shop):
    _write_parquet(shop, {"customer_id": "C1", "first_name": "x" * (2 << 20)}, "crm/customers/fits.parquet")
    _write_parquet(
        shop, {"customer_id": "C2", "first_name": "x" * (2 << 20) + "x"}, "crm/customers/big.parquet"
    )
    shop.ingest()
    assert shop.rows("select customer_id from raw.crm_customers") == [("C1",)]
    assert shop.rows("select reason from quality.rejected_rows") == [
        ("a field is longer than 2,097,152 bytes; shorten it",)
    ]


def test_a_field_of_a_gigabyte_costs_its_record_and_no_more_memory_than_a_large_night(tmp_path):
    """Looking for its closing quote took 24 GiB, and the night was killed."""
    write_gigabytes(tmp_path / "landing" / "crm" / "customers")
    ended = run_apart(call_ingest, str(tmp_path), environment=os.environ)
    shutil.rmtree(tmp_path / "landing")
    assert ended.code == 0, ended.errors
    assert int(ended.output) < 4096
    with duckdb.connect(str(tmp_path / "warehouse" / "kindred.duckdb"), read_only=True) as connection:
        loaded = connection.execute("select customer_id from raw.crm_customers order by 1").fetchall()
        assert loaded == [("1",), ("3",)]
        assert connection.execute("""
            select file_path, row_number, reason, length(raw_row) < 11_000 from quality.rejected_rows order by 1
        """).fetchall() == [
            ("crm/customers/a.csv", 2, "the line is too long; shorten the field", True),
        ]
        assert connection.execute("""
            select file_path, status, rows_in, rows_rejected from quality.ingested_files order by 1
        """).fetchall() == [
            ("crm/customers/a.csv", "loaded", 3, 1),
            ("crm/customers/b.csv.gz", "quarantined", 0, 0),
        ]


def _write_parquet(shop, row, path="panel/export/a.parquet"):
    target = shop.write(path, "")
    names = ", ".join(f"? as {name}" for name in row)
    duckdb.connect().execute(f"copy (select {names}) to '{target}' (format parquet)", list(row.values()))
