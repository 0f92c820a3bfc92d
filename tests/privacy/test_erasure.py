"""Who asks to be forgotten: found by any identifier, gone wherever they stand, and never half gone after a kill."""

from __future__ import annotations

import json
import os
from datetime import datetime

import pytest
from killing import NOW, call_erase
from shop import CUSTOMERS, EVENTS, fill

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy.requests import write_request
from tests.processes import run_apart


@pytest.mark.parametrize(
    "named", [{"customer_id": "erin-1"}, {"email": " ERIN@example.org"}, {"phone": "0043-660-1234567"}]
)
def test_any_identifier_finds_all_that_stands_beside_it_and_nothing_of_others(shop, named):
    fill(shop)
    write_request(shop.landing, shop.folder / "config", "erase", named, datetime(2026, 6, 1))
    shop.ingest()
    erasure = shop.erase()
    assert (erasure.requests, erasure.erased.rows) == (1, 5)
    assert shop.ask("select customer_id from raw.crm_customers") == [("other-1",)]
    assert shop.ask("select event_id from raw.clickstream_events") == [("e3",)]
    assert shop.ask("from quality.rejected_rows") == shop.ask("from raw.privacy_requests") == []
    assert "erin" not in "".join(path.read_text() for path in shop.landing.rglob("*.csv"))
    assert not list(shop.landing.rglob("*.jsonl")), "the request went, too"
    assert shop.ingest() == 0
    assert shop.erase().erased.rows == 0


def test_a_telephone_of_several_customers_erases_none_of_them(shop):
    fill(shop)
    shop.ingest()
    with warehouse.connect(shop.database) as connection:
        connection.execute("""
            create schema intermediate;
            create table operations.finished_build_files as select file_id from quality.ingested_files;
            create table intermediate.int_identifiers_collected as from (values
                ('r1', 'phone', '436601234567', '436601234567'), ('r2', 'phone', '436601234567', '436601234567')
            ) as t (record_key, namespace, identifier_value, match_key);
            create table intermediate.int_records_resolved as from (values ('r1', 'c_1'), ('r2', 'c_2'))
                as t (record_key, customer_id)
        """)
    write_request(shop.landing, shop.folder, "erase", {"phone": "+43 660 1234567"}, datetime(2026, 6, 1))
    shop.ingest()
    erasure = shop.erase()
    assert (erasure.requests, erasure.unclear, erasure.erased.rows) == (0, 1, 0)
    assert len(shop.ask("from raw.crm_customers")) == 2


def test_who_comes_again_is_erased_again_and_a_browser_of_two_is_nobodys(shop):
    fill(shop)
    shop.write("clickstream/events/b.csv", EVENTS + "e4,2026-02-02 10:00,erin-browser,login,other-1,\n")
    write_request(shop.landing, shop.folder, "erase", {"customer_id": "erin-1"}, datetime(2026, 6, 1))
    shop.ingest()
    shop.erase()
    assert shop.ask("select event_id from raw.clickstream_events order by 1") == [("e1",), ("e3",), ("e4",)]
    shop.write("crm/customers/again.csv", CUSTOMERS + "new,Erin@Example.org,,2026-06-30\n")
    shop.ingest()
    erasure = shop.erase()
    assert (erasure.requests, erasure.erased.rows, erasure.erased.files) == (0, 1, 1)
    assert not (shop.landing / "crm" / "customers" / "again.csv").exists()


def test_a_kill_at_any_step_is_gone_on_from_and_no_receipt_comes_before_the_end(shop, tmp_path_factory):
    fill(shop)
    write_request(shop.landing, shop.folder, "erase", {"email": "erin@example.org"}, datetime(2026, 6, 1))
    shop.ingest()
    answer = shop.folder / "warehouse" / "access" / "one" / "data.json"
    answer.parent.mkdir(parents=True)
    known = [{"namespace": "email", "match_key": "erin@example.org", "is_shared": False}]
    answer.write_text(json.dumps({"identifiers": known}))
    steps, code = 0, 9
    while code == 9:
        ended = run_apart(call_erase, str(shop.folder), str(steps), environment=dict(os.environ))
        code = ended.code if ended.code >= 0 else -ended.code
        assert code in (0, 9), ended.errors
        receipts = shop.ask("select count(*) from operations.privacy_receipts")
        if receipts != [(0,)]:
            assert shop.holding("erin") == []
            assert [path.name for path in (shop.folder / "published" / "snapshots").iterdir()] == ["new"]
        steps += 7
    assert shop.holding("erin") == []
    assert receipts == [(1,)]
    assert shop.ask("select count(*), count(erased_at) from operations.erasures") == [(1, 1)]
    counts = "select sum(rows_in - rows_loaded - rows_rejected), sum(rows_loaded) from quality.ingested_files"
    assert shop.ask(f"{counts} where status = 'loaded'") == [(0, 2)]
    assert shop.ingest() == 0


def test_the_secret_is_its_owners_and_no_digest_can_be_made_without_it(shop):
    fill(shop)
    write_request(shop.landing, shop.folder, "erase", {"email": "erin@example.org"}, datetime(2026, 6, 1))
    shop.ingest()
    shop.erase()
    secret = shop.folder / "warehouse" / "privacy.key"
    assert (secret.stat().st_mode & 0o777, len(secret.read_text())) == (0o600, 64)
    made = shop.ask(
        "select sha256('email|erin@example.org'), sha256('erin@example.org'), md5('erin@example.org')"
    )
    assert not set(made[0]) & {digest for (digest,) in shop.ask("select digest from operations.tombstones")}


def test_a_request_is_written_as_the_contract_of_its_folder_wants_it(shop):
    contract = shop.folder / "config" / "contracts" / "privacy" / "requests.yml"
    contract.parent.mkdir(parents=True)
    contract.write_text("rename: {Antrag: request_id, Art: kind, Mail: email}\n")
    request_id = write_request(
        shop.landing, shop.folder / "config", "erase", {"email": "a@b.org"}, datetime(2026, 6, 1)
    )
    (path,) = (shop.landing / "privacy" / "requests").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {
        "Antrag": request_id, "Art": "erase", "requested_at": "2026-06-01T00:00:00Z", "Mail": "a@b.org"
    }  # fmt: skip
    with pytest.raises(KindredError, match="names nobody"):
        write_request(shop.landing, shop.folder / "config", "erase", {"email": " "}, NOW)
