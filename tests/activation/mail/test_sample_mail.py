"""The example's campaigns over the sample, sent: the right words to the right people, once, at the right step."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.activation.mail.sample_shop import DUE, MORNING


def test_what_is_due_arrives_rendered_and_once(shop, campaigns):
    due = {email: rest for _, _, email, *rest in campaigns.ask(DUE)}
    first, again = shop.send(), shop.send()
    messages = shop.mailbox.messages
    assert (
        first.sent
        == len(shop.mailbox.arrived)
        == len(messages)
        == len(due) - sum(first.waiting.values())
        > 50
    )
    assert (again.sent, again.suppressed) == (0, {"sent already": first.sent})
    assert messages.keys() <= due.keys()
    for address, message in messages.items():
        customer, subject, html, text = due[address]
        assert message["Subject"] == subject
        assert message.get_body(("plain",)).get_content().split() == text.split()
        assert message.get_body(("html",)).get_content().split() == html.split()
        assert customer not in message["Message-ID"]
    (cart,) = [
        message for message in messages.values() if message["Feedback-ID"].startswith("abandoned_cart:")
    ]
    assert cart["Subject"].endswith("is still waiting")


def test_who_sleeps_is_written_to_in_the_morning(shop, campaigns):
    sleeping = shop.send(asked="latest")
    assert sleeping.waiting.keys() == {"quiet hours there"}
    awake = dict(campaigns.ask("select email, country from marts.dim_customers where email is not null"))
    assert not {awake[address] for address in shop.mailbox.recipients} & {"DE", "FR"}
    assert shop.send(MORNING).sent == sleeping.waiting["quiet hours there"]


def test_the_next_night_says_what_was_sent_and_the_next_step_goes(shop, run_campaigns, campaigns):
    ((as_of,),) = campaigns.ask("select as_of from operations.current_night")
    first = shop.send(asked="latest")
    next_day = as_of + timedelta(days=1)
    night = run_campaigns(shop.config_dir, as_of=next_day, deliveries=shop.deliveries)
    sent = night.ask(
        "select campaign, step, sent_at, reason from activation.campaign_queue where status = 'sent'"
    )
    assert len(sent) == first.sent
    assert all(as_of <= at < as_of + timedelta(hours=1) and reason is None for *_, at, reason in sent)
    (cart,) = [row for row in sent if row[0] == "abandoned_cart"]
    assert cart[1] == 1
    variants = night.ask("""
        select variant_id, count(*) from operations.sent_messages join experiments.assignments as a
            using (customer_id, variant_id)
        where campaign = 'recommendations' and experiment_id = 'recommendation_subject' group by 1 order by 1
    """)
    assert [variant for variant, _ in variants] == ["person", "product"]
    assert sum(messages for _, messages in variants) == first.sent - 1
    assert variants == night.ask("""
        select variant_id, sum(shown) from quality.content_performance
        where campaign = 'recommendations' group by 1 order by 1
    """)
    # before that, who was assigned a subject is taken for exposed to it
    exposed = (
        "select variant_id, exposure_source, count(*) from experiments.exposures group by all order by 1"
    )
    assert [source for _, source, _ in campaigns.ask(exposed)] == ["assignments", "assignments"]
    assert night.ask(exposed) == [(variant, "showings", messages) for variant, messages in variants]
    due = night.ask("select campaign, step from activation.campaign_queue where status = 'due'")
    assert (
        sorted(due) == [("abandoned_cart", 2)] + [("recommendations", 1)] * first.waiting["quiet hours there"]
    )
    shop.publish(night)
    shop.mailbox.arrived.clear()
    second = shop.send(next_day + timedelta(hours=12))
    assert second.sent == len(due)
    offers = [m for m in shop.mailbox.messages.values() if m["Feedback-ID"].startswith("abandoned_cart:")]
    assert [m["Feedback-ID"].split(":")[1:3] for m in offers] == [["abandoned_cart_offer", "2"]]
    assert shop.send(next_day + timedelta(hours=12)).sent == 0


def test_a_night_that_is_run_again_is_the_same_though_its_messages_went(shop, run_campaigns, campaigns):
    shop.send(asked="latest")
    again = run_campaigns(shop.config_dir, deliveries=shop.deliveries)
    query = "select * exclude (computed_at, run_id) from activation.campaign_queue order by all"
    assert again.ask(query) == campaigns.ask(query)


def test_the_command_sends_and_tells(shop, kindred):
    environment = {"DATA_DIR": str(shop.data_dir), "CONFIG_DIR": str(shop.config_dir), "AS_OF": "latest"}
    dry = kindred("destinations", "sync", "--dry-run", **environment)
    assert dry.code == 0 and "letters" in dry.output and "planned" in dry.output, dry.errors
    assert shop.mailbox.arrived == []
    told = json.loads(kindred("destinations", "sync", "--json", **environment).output)
    assert told[0]["added"] == len(shop.mailbox.arrived) > 0
    assert "@" not in json.dumps(told)
