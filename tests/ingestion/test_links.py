"""Links in landing: none is followed, wherever it leads, and each is told."""

from __future__ import annotations

import os

import pytest

CUSTOMERS = "customer_id,first_name\n1,Ann\n"
SECRET = "customer_id,first_name\n9,of another folder\n"
REASON = "it is a link or lies behind one; put the file itself there"


@pytest.fixture
def elsewhere(tmp_path_factory):
    """A folder that is no part of the shop's, with an export in it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "export.csv").write_text(SECRET)
    return folder


def _check_that_only_own_rows_are_there(shop, outcome, told):
    assert outcome["crm/customers"].quarantined == dict.fromkeys(told, REASON)
    assert shop.rows("select customer_id from raw.crm_customers") == [("1",)]
    assert shop.rows("from quality.rejected_rows") == []
    assert shop.ingest()["crm/customers"].is_unchanged, "told once"


def test_a_link_to_a_file_is_told_and_its_target_not_read(shop, elsewhere):
    own = shop.write("crm/customers/a.csv", CUSTOMERS)
    own.with_name("b.csv").symlink_to(elsewhere / "export.csv")
    own.with_name("c.csv").symlink_to(own)
    told = ["crm/customers/b.csv", "crm/customers/c.csv"]
    _check_that_only_own_rows_are_there(shop, shop.ingest(), told)


def test_a_link_to_a_folder_is_told_and_not_entered(shop, elsewhere):
    own = shop.write("crm/customers/a.csv", CUSTOMERS)
    own.with_name("deep").symlink_to(elsewhere)
    _check_that_only_own_rows_are_there(shop, shop.ingest(), ["crm/customers/deep"])


def test_what_lies_in_a_feed_or_source_that_is_a_link_is_told_by_file(shop, elsewhere):
    shop.write("crm/customers/a.csv", CUSTOMERS)
    (shop.landing / "crm" / "surveys").symlink_to(elsewhere)
    (elsewhere / "orders").mkdir()
    (elsewhere / "orders" / "export.csv").write_text(SECRET)
    (shop.landing / "pos").symlink_to(elsewhere)
    outcome = shop.ingest()
    assert outcome["crm/surveys"].quarantined == {
        f"crm/surveys/{name}": REASON for name in ("export.csv", "orders/export.csv")
    }
    assert outcome["pos/orders"].quarantined == {"pos/orders/export.csv": REASON}
    assert shop.rows("from quality.rejected_rows") == []


def test_a_link_to_a_pipe_keeps_no_night_waiting(shop):
    own = shop.write("crm/customers/a.csv", CUSTOMERS)
    os.mkfifo(own.with_name("pipe"))
    own.with_name("b.csv").symlink_to("pipe")
    _check_that_only_own_rows_are_there(shop, shop.ingest(), ["crm/customers/b.csv"])


def test_landing_itself_may_be_a_link(shop, tmp_path_factory):
    real = tmp_path_factory.mktemp("real") / "landing"
    shop.write("crm/customers/a.csv", CUSTOMERS)
    shop.landing.rename(real)
    shop.landing.symlink_to(real)
    assert shop.ingest()["crm/customers"].files_loaded == 1
