"""Whom suppressions.csv names since the sample's night: at the moment of sending it counts as it stands then."""

from __future__ import annotations

from datetime import datetime

import pytest

from dagster_project.lib.common.errors import KindredError

AT = "2026-07-01T06:00:00Z"


def test_who_is_suppressed_since_the_night_is_denied_by_whatever_the_line_names_while_it_stands(
    shop, campaigns
):
    by_email, by_phone, by_record, ended = campaigns.ask("""
        select customer_id, replace(upper(email), '@', '+Shop@'), regexp_replace(phone, '[ -]', '.', 'g'), min(
            source || '/' || source_table || '|' || record_kind || '|' || source_record_id
        )
        from marts.dim_customers join marts.customer_identities using (customer_id)
        where email like '%@example.com' and phone like '+%' and customer_id in (
            select customer_id from marts.customer_consents where purpose = 'marketing_email' and status = 'granted'
        )
        group by all order by customer_id limit 4
    """)
    path = shop.config_dir / "suppressions.csv"
    path.write_text(
        "email,phone,customer,purpose,decided_at,until\n"
        f"{by_email[1]},,,,2026-06-01,\n,{by_phone[2]},,personalization,,2026-07-01\n"
        f"nobody@x.example,,{by_record[3]},marketing_email,,\n{ended[1]},,,,,2026-06-30\n"
    )
    assert shop.read_newest().denials == {
        (by_email[0], "marketing_email"): datetime(2026, 6, 1),
        (by_email[0], "advertising"): datetime(2026, 6, 1),
        (by_phone[0], "personalization"): datetime(1970, 1, 1),
        (by_record[0], "marketing_email"): datetime(1970, 1, 1),
    }
    # a yes that came since takes nothing back, nor is a mistake passed over
    shop.land("consents/decisions", "email,purpose,status,decided_at", f"{by_email[1]},newsletter,yes,{AT}")
    assert (by_email[0], "marketing_email") in shop.read_newest().denials
    path.write_text(f"email,purpose\n{by_email[1]},everything\n")
    with pytest.raises(KindredError, match=r"suppressions\.csv line 2, column purpose"):
        shop.read_newest()
    path.unlink()
    assert shop.read_newest().denials == {}
