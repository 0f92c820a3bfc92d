"""What is known when a message goes outweighs what the night knew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dagster_project.lib.activation.campaigns.campaigns import Campaigns
from dagster_project.lib.activation.newest import NewestFacts
from tests.activation.mail.small_night import NOON, TEN, TWO_STEPS, SmallNight, destination

LATER = "2026-06-30 11:00:00"


def campaigns(caps=None, **said):
    return Campaigns.model_validate({"campaigns": [{**TWO_STEPS, **said}], "caps": caps or {}})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (f"insert into marts.fct_orders values ('a', '{LATER}', false)", "bought"),
        (f"insert into marts.fct_events values ('a', 'purchase', '{LATER}')", "bought"),
        (f"insert into marts.fct_events values ('a', 'sign_up', '{LATER}')", "sign up"),
        ("delete from activation.segment_memberships", "left the segment"),
        ("update marts.customer_consents set status = 'denied'", "no consent to marketing by e-mail"),
        ("update marts.customer_consents set purpose = 'advertising'", "no consent to marketing by e-mail"),
        ("delete from marts.customer_consents", "no consent to marketing by e-mail"),
        ("update activation.campaign_queue set campaign = 'x'; update activation.content_blocks set campaign = 'x'",
         "campaign removed"),
        ("update activation.campaign_queue set due_at = '2026-06-27 12:00:00'", "too late"),
        ("update marts.dim_customers set email = null", "no valid address"),
    ],
)  # fmt: skip
def test_what_the_newest_snapshot_says_against_a_message_holds(night, mailbox, change, reason):
    night.campaigns = campaigns(exit={"events": ["sign_up"]})
    night.change(change)
    result = night.send(destination(mailbox.port))
    assert (result.sent, result.suppressed, mailbox.arrived) == (0, {reason: 1}, [])


@pytest.mark.parametrize(
    "change",
    [
        "insert into marts.fct_orders values ('a', '2026-06-30 10:00:00', false)",
        f"insert into marts.fct_orders values ('a', '{LATER}', true)",
        f"insert into marts.fct_orders values ('b', '{LATER}', false)",
        f"insert into marts.fct_events values ('a', 'page_view', '{LATER}')",
        "update activation.campaign_queue set due_at = '2026-06-27 12:00:01'",
    ],
)
def test_what_says_nothing_against_a_message_lets_it_go(night, mailbox, change):
    night.change(change)
    assert night.send(destination(mailbox.port)).sent == 1


@pytest.mark.parametrize(
    ("newest", "sent"),
    [
        (NewestFacts(denials={("a", "marketing_email"): NOON}), 0),
        (NewestFacts(denials={("a", "personalization"): NOON}), 0),
        (NewestFacts(denials={("a", "advertising"): NOON}), 1),
        (NewestFacts(denials={("b", "marketing_email"): NOON}), 1),
        (NewestFacts(purchases={"a": TEN}), 1),
        (NewestFacts(purchases={"a": TEN + timedelta(seconds=1)}), 0),
    ],
)
def test_what_landing_says_since_the_night_counts(night, mailbox, newest, sent):
    night.newest = newest
    result = night.send(destination(mailbox.port))
    assert (result.sent, len(mailbox.arrived)) == (sent, sent)
    assert sent or set(result.suppressed) <= {"said no since the night", "bought"}


def test_what_is_not_allowed_is_not_what_the_night_says(night, mailbox):
    night.campaigns = campaigns(exit={"purchase": False, "left_segment": False})
    night.newest = NewestFacts(purchases={"a": NOON})
    night.change("delete from activation.segment_memberships")
    assert night.send(destination(mailbox.port)).sent == 1


def test_a_step_goes_once_it_is_due_and_the_one_before_it_went(night, mailbox):
    night.campaigns = campaigns(caps={"per_day": 2})
    night.add_message("a", step=2)
    night.add_customer("b")
    night.add_message("b", step=2)
    early = night.send(destination(mailbox.port), now=NOON - timedelta(seconds=1))
    assert (early.sent, early.waiting) == (1, {"not yet due": 2})
    then = night.send(destination(mailbox.port))
    assert (then.sent, then.waiting) == (1, {"the step before it was not sent": 1})
    assert mailbox.recipients == ["a@example.com"] * 2


def test_caps_count_what_was_sent_in_other_nights_too(night, mailbox):
    night.campaigns = campaigns(caps={"per_day": 1, "per_week": 2})
    for day, sent in enumerate([1, 1, 0, 0, 0, 0, 0, 1]):
        now = NOON + timedelta(days=day, minutes=day)
        night.add_message("a", began_at=now - timedelta(hours=1))
        night.change("update activation.content_blocks set template = ? where template = 'one'", f"t{day}")
        night.change("update activation.campaign_queue set template = ? where template = 'one'", f"t{day}")
        night.change("delete from activation.campaign_queue where due_at < ?", now - timedelta(hours=2))
        result = night.send(destination(mailbox.port), now=now)
        assert (day, result.sent) == (day, sent)
        assert sent or result.waiting == {"as many messages as caps allow": 1}
    night.add_message("a", began_at=now)
    assert night.send(destination(mailbox.port), now=now + timedelta(hours=1)).sent == 0


def test_a_customer_keeps_what_they_were_sent_when_their_id_changes(night, mailbox):
    assert night.send(destination(mailbox.port)).sent == 1
    for table in ("campaign_queue", "content_blocks", "segment_memberships"):
        night.change(f"update activation.{table} set customer_id = 'z'")
    for table in ("dim_customers", "customer_consents"):
        night.change(f"update marts.{table} set customer_id = 'z'")
    night.change("insert into marts.customer_id_aliases values ('a', 'z')")
    assert night.send(destination(mailbox.port)).suppressed == {"sent already": 1}


def test_a_night_that_looks_back_sends_nothing(tmp_path, mailbox):
    night = SmallNight.create(tmp_path / "now")
    assert night.send(destination(mailbox.port)).sent == 1
    back = SmallNight.create(tmp_path / "back", ["b"], as_of=TEN)
    night.deliveries.rename(back.deliveries.parent.mkdir() or back.deliveries)
    assert back.send(destination(mailbox.port)).suppressed == {
        "of an earlier night than what was sent before": 1
    }


def test_nobody_is_written_to_at_night_where_they_live(tmp_path, mailbox):
    night = SmallNight.create(tmp_path, ["a"])
    night.change("update marts.dim_customers set country = 'Japan'")
    asleep = night.send(destination(mailbox.port, quiet_hours={}))
    assert (asleep.sent, asleep.waiting) == (0, {"quiet hours there": 1})
    assert night.send(destination(mailbox.port, quiet_hours={}), now=NOON + timedelta(hours=11)).sent == 1
