"""What a contract hashes or drops never reaches the warehouse, not even through the quarantine."""

from __future__ import annotations

import hashlib

import pytest

CONTRACT = """
columns:
  email: {keep: hashed}
  phone: {keep: hashed}
  first_name: {keep: dropped}
"""
CANARIES = ("ada@canary.example", "Ada", "+44 20 7946 0958")
CSV = """customer_id,email,phone,first_name,created_at
c1, Ada@Canary.example ,+44 20 7946 0958,Ada,2026-01-01
c2,ada@canary.example,0044 2079460958,Ada,yesterday
,ada@canary.example,,Ada,2026-01-01
c4,ada@canary.example,,Ada,2026-01-01,too,many
"""
JSON_LINES = """{"customer_id":"c1","email":" Ada@Canary.example ","phone":"+44 20 7946 0958","first_name":"Ada"}
{"customer_id":"c2","email":"ada@canary.example","phone":"0044 2079460958","first_name":"Ada","created_at":"yesterday"}
{"email":"ada@canary.example","first_name":"Ada"}
{"customer_id":"c4","email":"ada@canary.example",
"""


@pytest.mark.parametrize(("extension", "text"), [("csv", CSV), ("jsonl", JSON_LINES)])
def test_digests_still_link_and_no_raw_text_is_kept(shop, extension, text):
    shop.contract("crm/customers", CONTRACT)
    shop.write(f"crm/customers/a.{extension}", text)
    shop.ingest()
    email = hashlib.sha256(b"ada@canary.example").hexdigest()
    phone = hashlib.sha256(b"442079460958").hexdigest()
    assert shop.rows("select customer_id, email, phone, first_name from raw.crm_customers order by 1") == [
        ("c1", email, phone, None),
        ("c2", email, phone, None),
    ]
    assert shop.ledger()[f"crm/customers/a.{extension}"] == ("loaded", 4, 2, 2)
    kept = str(
        shop.rows("from raw.crm_customers")
        + shop.rows("from quality.rejected_rows")
        + shop.rows("from quality.nulled_values")
    ).lower()
    assert "yesterday" in kept
    for canary in CANARIES:
        assert canary.lower() not in kept
