"""Where it is not known who said no, nothing is sent, and it is told why."""

from __future__ import annotations

import hashlib

import duckdb
import pytest

from dagster_project.lib.common.errors import KindredError


def _expect_nothing_sent(shop, *told):
    """The list stays as it was, and what is told says why."""
    (delivery,) = shop.send("klaviyo")
    assert (delivery.collection, delivery.status) == ("consents", "failed")
    assert all(text in delivery.reason for text in told), delivery.reason
    assert "@" not in delivery.reason
    log = duckdb.connect(str(shop.data_dir / "warehouse" / "deliveries.duckdb")).execute(
        "select status, reason from delivery_log where destination = 'klaviyo' and status = 'failed'"
    )
    assert ("failed", delivery.reason) in log.fetchall()


def test_nobody_is_sent_anywhere_while_it_is_not_known_who_said_no(shop, capfd):
    address = "nobody@example.com"
    contract = shop.config_dir / "contracts" / "consents" / "decisions.yml"
    contract.parent.mkdir(parents=True)
    contract.write_text("columns:\n  - {name: purpose, typ: varchar}\n")
    _expect_nothing_sent(shop, "decisions.yml line 2", "typ")
    contract.unlink()

    path = shop.land("consents/decisions", "purpose;status", f"newsletter;no;{address}")
    _expect_nothing_sent(shop, "landing/consents/decisions/since_the_night.csv", "take it away")
    path.unlink()
    broken = path.with_suffix(".csv.gz")
    broken.write_bytes(b"\x1f\x8b\x08" + address.encode())
    _expect_nothing_sent(shop, "landing/consents/decisions/since_the_night.csv.gz")
    # nor does a file of another table stop it that holds no consents
    broken.rename(shop.data_dir / "landing" / "pos" / "orders" / "broken.csv.gz")
    landing = shop.data_dir / "landing"
    landing.rename(shop.data_dir / "away")
    _expect_nothing_sent(shop, f"{landing} cannot be read")
    assert not (shop.data_dir / "klaviyo").exists()
    (shop.data_dir / "away").rename(landing)
    assert [delivery.status for delivery in shop.send("klaviyo")] == ["delivered"]
    assert address not in "".join(capfd.readouterr())


def test_a_file_that_a_night_put_in_quarantine_stops_nothing(shop):
    path = shop.land("consents/decisions", "purpose;status", "newsletter;no")
    with pytest.raises(KindredError):
        shop.read_denials()
    shop.change(
        "insert into quality.ingested_files by name select 'consents/decisions/' || ? as file_path,"
        " ? as content_hash, 'quarantined' as status, 'consents/decisions' as canonical_table",
        path.name,
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    assert shop.read_denials() == {}
    path.write_text("purpose;status\nnewsletter;nein\n")
    with pytest.raises(KindredError):
        shop.read_denials()
