"""What becomes of whole files: new, repeated, replaced, broken, not finished."""

from __future__ import annotations

import gzip

import pytest
import zstandard

from dagster_project.lib.ingestion.arrival import landing

CUSTOMERS = "customer_id,first_name\n1,Ann\n2,Bo\n"


def _big(rows: int = 20_000) -> bytes:
    return (
        "customer_id,first_name\n" + "".join(f"{i},name {i * 7919 % 1013}\n" for i in range(rows))
    ).encode()


BROKEN = {
    "half.csv.gz": gzip.compress(_big())[:20_000],
    "half.csv.zst": zstandard.compress(_big())[:20_000],
    "text.csv.gz": b"customer_id\n1\n",
    "empty.csv": b"",
    "sheet.xlsx": b"PK",
    "page.parquet": b"<html></html>",
    "other.csv": b"id,first_name\n1,Ann\n",
    "twice.csv": b"customer_id,first_name,first_name\n1,a,b\n",
    "none": b"customer_id\n1\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_quarantined_with_a_remedy_and_the_others_are_loaded(shop, name):
    (shop.landing / "crm" / "customers").mkdir(parents=True)
    (shop.landing / "crm" / "customers" / name).write_bytes(BROKEN[name])
    shop.write("crm/customers/good.csv", CUSTOMERS)
    shop.write("crm/customers/zoo.csv.gz", CUSTOMERS.replace("Ann", "Zoe"))
    outcome = shop.ingest()["crm/customers"]
    assert shop.ledger()[f"crm/customers/{name}"] == ("quarantined", 0, 0, 0)
    assert shop.rows("select count(*) from raw.crm_customers") == [(4,)]
    reason = outcome.quarantined[f"crm/customers/{name}"]
    assert any(word in reason for word in ("deliver", "check", "add", "name each")), reason


def test_a_file_without_a_header_does_not_bring_a_person_into_the_log(shop, caplog):
    shop.write("crm/customers/a.csv", "17,Ann,Canary,ann.canary@example.com\n18,Bo,Bird,bo@example.com\n")
    shop.write("crm/customers/b.csv", "17,Canary,Canary\n18,Bo,Bird\n")
    outcome = shop.ingest()["crm/customers"]
    told = str(outcome.quarantined) + caplog.text
    assert len(outcome.quarantined) == 2
    assert "canary" not in told.lower()


def test_a_renamed_required_column_is_named_in_the_reason(shop):
    shop.write("pos/order_lines/a.csv", "order_id,product_id,quantity,unitprice\n1,A,1,2\n")
    outcome = shop.ingest()["pos/order_lines"]
    assert "'unit_price' is missing (is it 'unitprice'?)" in outcome.quarantined["pos/order_lines/a.csv"]


@pytest.mark.parametrize(
    "name",
    [
        *("a*.csv", "a?.csv", "[ab].csv", "it's a b%20.csv", "ä\n.csv", "a..csv", "a\\..\\..\\b.csv"),
        *(
            "%2e%2e%2fa.csv",
            "--help.csv",
            "$(touch a).csv",
            "'); drop schema raw cascade; --.csv",
            "{{ 7 * 7 }}.csv",
        ),
    ],
)
def test_a_file_name_is_never_taken_for_anything_else(shop, name):
    shop.write("crm/customers/a1.csv", CUSTOMERS)
    shop.write(f"crm/customers/{name}", "customer_id,first_name\n3,Cy\n")
    shop.ingest()
    assert shop.ledger()[f"crm/customers/{name}"] == ("loaded", 1, 1, 0)
    assert shop.rows("select count(*) from raw.crm_customers") == [(3,)]


def test_the_same_content_under_another_name_adds_nothing(shop):
    shop.write("crm/customers/a.csv", CUSTOMERS)
    shop.write("crm/customers/b.csv", CUSTOMERS)
    shop.ingest()
    shop.write("crm/customers/c.csv", CUSTOMERS)
    shop.ingest()
    assert shop.rows("select count(*) from raw.crm_customers") == [(2,)]
    assert {path: entry[0] for path, entry in shop.ledger().items()} == {
        "crm/customers/a.csv": "loaded",
        "crm/customers/b.csv": "duplicate",
        "crm/customers/c.csv": "duplicate",
    }


def test_a_second_night_with_nothing_new_changes_nothing(shop):
    shop.write("crm/customers/a.csv", CUSTOMERS)
    shop.write("crm/customers/x.xlsx", "?")
    shop.ingest()
    before = shop.rows("select * from quality.ingested_files order by file_id")
    assert shop.ingest()["crm/customers"].is_unchanged
    assert shop.rows("select * from quality.ingested_files order by file_id") == before


def test_other_content_under_the_same_name_replaces_its_rows(shop):
    shop.write("crm/customers/a.csv", CUSTOMERS)
    shop.ingest()
    shop.write("crm/customers/a.csv", "customer_id,first_name\n3,Cy\n")
    shop.ingest()
    assert shop.rows("select customer_id from raw.crm_customers") == [("3",)]
    assert shop.rows("select status from quality.ingested_files order by file_id") == [
        ("replaced",),
        ("loaded",),
    ]


def test_a_repeat_is_loaded_when_the_file_it_repeated_is_replaced(shop):
    shop.write("crm/customers/a.csv", CUSTOMERS)
    shop.write("crm/customers/b.csv", CUSTOMERS)
    shop.ingest()
    shop.write("crm/customers/a.csv", "customer_id,first_name\n3,Cy\n")
    shop.ingest()
    assert shop.rows("select customer_id from raw.crm_customers order by 1") == [("1",), ("2",), ("3",)]


def test_a_file_that_left_landing_keeps_its_rows(shop):
    path = shop.write("crm/customers/a.csv", CUSTOMERS)
    shop.ingest()
    path.unlink()
    shop.write("crm/customers/b.csv", "customer_id,first_name\n3,Cy\n")
    shop.ingest()
    assert shop.rows("select count(*) from raw.crm_customers") == [(3,)]


def test_a_corrected_contract_reads_the_files_again(shop):
    shop.write("crm/customers/a.csv", "id,first_name\n1,Ann\n")
    shop.ingest()
    assert shop.ledger() == {"crm/customers/a.csv": ("quarantined", 0, 0, 0)}
    shop.contract("crm/customers", "rename: {id: customer_id}\n")
    shop.ingest()
    assert shop.ledger() == {"crm/customers/a.csv": ("loaded", 1, 1, 0)}
    shop.contract("crm/customers", "rename: {id: customer_id, first_name: last_name}\n")
    shop.ingest()
    assert shop.rows("select first_name, last_name from raw.crm_customers") == [(None, "Ann")]


@pytest.mark.parametrize("name", ["a.csv.part", "a.csv.tmp", ".a.csv"])
def test_a_file_still_being_written_waits(shop, name):
    (shop.landing / "crm" / "customers").mkdir(parents=True)
    (shop.landing / "crm" / "customers" / name).write_text(CUSTOMERS)
    assert shop.ingest()["crm/customers"].is_unchanged
    assert shop.ledger() == {}


def test_a_file_of_unchanged_size_and_time_is_not_read_again(shop, monkeypatch):
    path = shop.write("pos/order_lines/a.csv", "order_id,product_id,quantity,unit_price\no1,A,1,5\n")
    shop.ingest()
    with monkeypatch.context() as patched:
        patched.setattr(landing.hashlib, "file_digest", None)
        assert shop.ingest()["pos/order_lines"].is_unchanged
    path.write_text("order_id,product_id,quantity,unit_price\no1,A,2,5\n")
    shop.ingest()
    assert shop.rows("select quantity from raw.pos_order_lines") == [(2,)]


def test_an_extension_in_capitals_says_the_same(shop):
    shop.write("crm/customers/EXPORT.CSV", CUSTOMERS)
    path = shop.write("crm/customers/b.csv.gz", CUSTOMERS.replace("Ann", "Zoe"))
    path.rename(path.with_name("B.CSV.GZ"))
    shop.ingest()
    assert {status for status, *_ in shop.ledger().values()} == {"loaded"}
    assert shop.rows("select count(*) from raw.crm_customers") == [(4,)]


@pytest.mark.parametrize(
    "path", [".trash/old.csv", "2026/.sync/old.csv", ".old.csv", "old.csv.part", "old.tmp"]
)
def test_what_is_hidden_or_unfinished_is_left_alone_at_any_depth(shop, path):
    shop.write("crm/customers/2026/a.csv", CUSTOMERS)
    shop.write(f"crm/customers/{path}", CUSTOMERS.replace("Ann", "Zoe"))
    shop.ingest()
    assert list(shop.ledger()) == ["crm/customers/2026/a.csv"]
