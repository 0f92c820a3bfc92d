"""What holds where somebody decided nothing is what privacy.yml says; what they decided comes first."""

from __future__ import annotations

from datetime import datetime

import pytest

AS_OF = datetime(2026, 3, 2)
STATUSES = """
    select distinct r.source_record_id, c.status, c.is_default
    from marts.customer_consents as c inner join marts.customer_identities as r using (customer_id)
    where c.purpose = ? and r.record_kind in ('customer', 'visitor') order by 1
"""


@pytest.fixture
def shop(nightly_shop):
    """Two customers, of whom one decided, and a visitor who is known by nothing."""
    nightly_shop.models = ("customer_consents", "customer_identities")
    nightly_shop.deliver("crm/customers/a.csv", [{"customer_id": "1"}, {"customer_id": "2"}])
    nightly_shop.deliver("clickstream/events/a.csv", [
        {"occurred_at": "2026-03-01T10:00:00Z", "visitor_id": "v", "event_name": "view_item"},
    ])  # fmt: skip
    nightly_shop.deliver("consents/decisions/a.csv", [
        {"customer_id": "1", "purpose": "personalization", "status": "granted", "decided_at": "2026-03-01T10:00:00Z"},
        {"customer_id": "1", "purpose": "advertising", "status": "granted", "decided_at": "2026-03-01T10:00:00Z"},
        {"customer_id": "1", "purpose": "sale_or_sharing", "status": "denied", "decided_at": "2026-02-01T10:00:00Z"},
    ])  # fmt: skip
    return nightly_shop


def test_silence_is_what_the_settings_say_and_a_decision_comes_first(shop):
    def ask(purpose):
        return [tuple(row) for row in shop.ask(STATUSES.replace("?", f"'{purpose}'"))]

    shop.night(AS_OF)
    assert ask("personalization") == [("1", "granted", False), ("2", "granted", True)]
    assert ask("advertising") == [("1", "denied", False), ("2", "denied", True)]
    (shop.folder / "privacy.yml").write_text("undecided: {personalization: denied, advertising: granted}\n")
    shop.code = "another configuration"
    shop.night(AS_OF)
    assert ask("personalization") == [("1", "granted", False), ("2", "denied", True), ("v", "denied", True)]
    assert ask("advertising") == [("1", "denied", False), ("2", "granted", True), ("v", "granted", True)]
