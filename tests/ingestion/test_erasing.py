"""Rows that are taken out for good: a shop that erased them is a shop that they never came to."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import duckdb
import pytest
import zstandard
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dagster_project.lib.ingestion.bookkeeping import erasing
from dagster_project.lib.ingestion.bookkeeping.erasing import erase_rows, finish_rewriting
from dagster_project.lib.ingestion.contract_files.finding import load_feeds

ENDINGS = ("csv", "tsv", "jsonl", "parquet", "csv.gz", "csv.zst", "jsonl.gz")
CUSTOMERS = ("customer_id", "first_name", "email", "updated_at", "hobby")
ORDERS = ("order_id", "ordered_at", "customer_id", "email", "total_amount", "note")
IN_RAW = {
    "crm/customers": "customer_id, first_name, email, _row_number, _extra::varchar",
    "pos/orders": "order_id, customer_id, email, total_amount, _row_number",
}


def email_of(person):
    return f"Person{person}@example.org"


def customer(person, name, is_bad):
    return {
        "customer_id": "" if is_bad else f"customer-{person}", "first_name": name, "email": email_of(person),
        "updated_at": "2026-01-01", "hobby": f"hobby of {person}",
    }  # fmt: skip


def order(number, person, is_bad):
    return {
        "order_id": f"order-{number}", "ordered_at": "" if is_bad else "2026-01-02",
        "customer_id": f"customer-{person}",
        "email": email_of(person), "total_amount": "12.5", "note": f"for customer-{person}",
    }  # fmt: skip


def write(path: Path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    container = path.name.split(".")[1]
    if container == "parquet":
        with duckdb.connect() as connection:
            values = ", ".join(f"${name}::varchar as {name}" for name in columns)
            connection.execute(f"create table rows as select {values} where false", dict.fromkeys(columns))
            for row in rows:
                connection.execute(f"insert into rows select {values}", {n: row[n] or None for n in columns})
            connection.execute(f"copy rows to '{path}' (format parquet)")
        return
    text = io.StringIO(newline="")
    if container == "jsonl":
        text.write("".join(json.dumps({k: v for k, v in row.items() if v}) + "\n" for row in rows))
    else:
        writer = csv.DictWriter(text, columns, delimiter="\t" if container == "tsv" else ",")
        writer.writeheader()
        writer.writerows(rows)
    data = text.getvalue().encode()
    compressed = {"gz": gzip.compress, "zst": zstandard.compress}.get(path.suffix[1:], lambda plain: plain)
    path.write_bytes(compressed(data))


def content_of(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".parquet":
        return str(duckdb.sql(f"from read_parquet('{path}')").fetchall()).encode()
    expanded = {
        ".gz": gzip.decompress,
        ".zst": lambda each: zstandard.ZstdDecompressor().decompressobj().decompress(each),
    }
    return expanded.get(path.suffix, lambda plain: plain)(data)


def erase(shop, person):
    """Take out a person as a question about raw tables finds them."""
    shop.connection.execute("""
        create or replace temp table rows_to_erase as
        select 'raw.crm_customers' as table_name, _file_id as file_id, _row_number as row_number from raw.crm_customers
        where email = $email
        union all select 'raw.pos_orders', _file_id, _row_number from raw.pos_orders where email = $email
    """, {"email": email_of(person)})  # fmt: skip
    shop.connection.execute("""
        create or replace temp table rejections_to_erase as
        select distinct file_path, content_hash, row_number from quality.rejected_rows where contains(raw_row, $email)
    """, {"email": email_of(person)})  # fmt: skip
    feeds = load_feeds(shop.landing, shop.folder / "config")
    return erase_rows(shop.connection, shop.landing, feeds, [email_of(person)])


def state_of(shop):
    rows = {
        feed: shop.rows(
            f"select file_path, {columns} from raw.{feed.replace('/', '_')} join quality.ingested_files"
            " on file_id = _file_id order by all"
        )
        for feed, columns in IN_RAW.items()
    }
    rejected = shop.rows("select file_path, row_number, raw_row from quality.rejected_rows order by all")
    return rows, rejected, dict(sorted(shop.ledger().items()))


names = st.text(st.sampled_from('aé",;\t\n|'), max_size=6).map(lambda text: f"n{text}n")
people = st.integers(0, 3)
customers = st.lists(st.tuples(people, names, st.booleans()), min_size=1, max_size=6)
orders = st.lists(st.tuples(people, st.booleans()), min_size=1, max_size=6)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    customer_files=st.lists(st.tuples(st.sampled_from(ENDINGS), customers), min_size=1, max_size=3),
    order_files=st.lists(st.tuples(st.sampled_from(ENDINGS), orders), max_size=2),
    person=people,
)
def test_a_shop_that_erased_somebody_is_one_that_they_never_came_to(
    new_shop, customer_files, order_files, person
):
    with new_shop() as shop:
        for number, (ending, rows) in enumerate(customer_files):
            write(
                shop.landing / "crm" / "customers" / f"c{number}.{ending}",
                CUSTOMERS,
                [customer(*row) for row in rows],
            )
        for number, (ending, rows) in enumerate(order_files):
            written = [
                order(f"{number}-{place}", *row) for place, row in enumerate([*rows, (f"o{number}", False)])
            ]
            write(shop.landing / "pos" / "orders" / f"o{number}.{ending}", ORDERS, written)
        shop.ingest()
        paid = shop.rows("select count(*), sum(total_amount) from raw.pos_orders")
        erase(shop, person)
        for path in shop.landing.rglob("*"):
            words = (
                f"person{person}@".encode(),
                f"customer-{person}".encode(),
                f"hobby of {person}".encode(),
            )
            assert not path.is_file() or not [word for word in words if word in content_of(path).lower()]
        assert shop.rows("select count(*), sum(total_amount) from raw.pos_orders") == paid
        assert all(rows_in == loaded + rejected for _, rows_in, loaded, rejected in shop.ledger().values())
        after = state_of(shop)
        assert {outcome.files_loaded for outcome in shop.ingest().values()} == {0}
        assert state_of(shop) == after
        with new_shop() as another:
            another.landing.rmdir()
            another.landing.symlink_to(shop.landing)
            another.ingest()
            fresh = state_of(another)
        assert after[0] == fresh[0]
        assert after[1] == fresh[1]


def test_what_a_kill_left_is_put_in_place_or_thrown_away(shop, monkeypatch):
    write(
        shop.landing / "crm" / "customers" / "a.csv", CUSTOMERS, [customer(n, "ann", False) for n in range(3)]
    )
    shop.ingest()
    for step in ("settle", "rewrite"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", _die) if step == "settle" else patch.setattr(
                erasing, "settle", _die
            )
            with pytest.raises(KeyboardInterrupt):
                erase(shop, 1)
        finish_rewriting(shop.connection, shop.landing)
        assert not list(shop.landing.rglob(".*"))
        assert {outcome.files_loaded for outcome in shop.ingest().values()} == {0}
        assert shop.ledger()["crm/customers/a.csv"] == ("loaded", 2, 2, 0)


def _die(*_):
    raise KeyboardInterrupt
