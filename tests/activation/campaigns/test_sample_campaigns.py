"""The example's campaigns over the sample: the right customers at the right step, and nobody who should not be."""

from __future__ import annotations

from datetime import timedelta

import pytest

ADDED = """
    select customer_id, max(occurred_at) from marts.fct_events
    where event_name = 'add_to_cart' and customer_id is not null group by 1
"""
BOUGHT = """
    select customer_id, occurred_at from marts.fct_events where event_name = 'purchase'
    union all select customer_id, ordered_at from marts.fct_orders where not is_return
"""
GRANTED = (
    "select customer_id from marts.customer_consents where purpose = 'marketing_email' and status = 'granted'"
)
HAS_EMAIL = "select customer_id from marts.dim_customers where email is not null"


@pytest.fixture(scope="module")
def left_carts(campaigns):
    """Customer -> when their cart was filled, of those who left it for two hours to a week, counted here by hand."""
    ((as_of,),) = campaigns.ask("select as_of from operations.current_night")
    with_email = {customer for (customer,) in campaigns.ask(HAS_EMAIL)}
    bought = campaigns.ask(BOUGHT)
    return as_of, {
        customer: added_at
        for customer, added_at in campaigns.ask(ADDED)
        if timedelta(hours=2) <= as_of - added_at < timedelta(days=7)
        and customer in with_email
        and not any(one == customer and at >= added_at for one, at in bought)
    }


def queue(campaigns, campaign):
    rows = campaigns.ask(
        "select customer_id, step, due_at, status, reason from activation.campaign_queue"
        f" where campaign = '{campaign}'"
    )
    return {(customer, step): (due_at, status, reason) for customer, step, due_at, status, reason in rows}


def test_a_left_cart_is_due_its_first_word_after_two_hours_and_its_second_a_day_after(campaigns, left_carts):
    as_of, carts = left_carts
    found = queue(campaigns, "abandoned_cart")
    assert len(carts) == 5
    open_steps = {key: row for key, row in found.items() if row[1] != "exited"}
    assert {customer for customer, _ in open_steps} <= carts.keys()
    for customer, added_at in carts.items():
        assert open_steps[customer, 1][0] == added_at + timedelta(hours=2)
        second = added_at + timedelta(hours=24)
        assert ((customer, 2) in open_steps) == (second <= as_of + timedelta(days=1))
        assert open_steps.get((customer, 2), (second,))[0] == second


def test_a_word_goes_to_nobody_without_consent_and_the_held_out_tenth_is_told(campaigns, left_carts):
    as_of, _ = left_carts
    granted = {customer for (customer,) in campaigns.ask(GRANTED)}
    found = queue(campaigns, "abandoned_cart")
    reasons = {reason for _, status, reason in found.values() if status == "suppressed"}
    assert reasons <= {
        "held out for comparison",
        "no consent to marketing by e-mail",
        "too late",
        "another message that day",
    }
    due = {key: row for key, row in found.items() if row[1] == "due"}
    assert due
    for (customer, _), (due_at, _, reason) in due.items():
        assert customer in granted
        assert reason is None
        assert due_at + timedelta(hours=72) > as_of
    no_consent = {
        customer for (customer, _), row in found.items() if row[2] == "no consent to marketing by e-mail"
    }
    assert no_consent and not no_consent & granted


def test_who_bought_since_is_out(campaigns):
    bought = campaigns.ask(BOUGHT)
    rows = campaigns.ask(
        "select customer_id, began_at, status, reason from activation.campaign_queue where campaign = 'abandoned_cart'"
    )
    for customer, began_at, status, _ in rows:
        if any(one == customer and at > began_at for one, at in bought):
            assert status == "exited"
    assert {reason for *_, status, reason in rows if status == "exited"} <= {"bought", "left the segment"}


def test_nobody_is_due_two_messages_of_one_day(campaigns):
    assert campaigns.ask("""
        select customer_id from activation.campaign_queue where status = 'due'
        group by customer_id, greatest(due_at, (select as_of from operations.current_night))::date having count(*) > 1
    """) == []  # fmt: skip


def test_every_message_that_is_due_is_rendered_with_its_own_links(campaigns):
    ((due, rendered),) = campaigns.ask("""
        select (select count(distinct (customer_id, template)) from activation.campaign_queue where status = 'due'),
            (select count(*) from activation.content_blocks)
    """)  # fmt: skip
    assert campaigns.result.faults == {}
    assert due == rendered == sum(campaigns.result.rendered.values()) > 0
    for customer, template, campaign, subject, html, text in campaigns.ask(
        "select customer_id, template, campaign, subject, html, text from activation.content_blocks"
    ):
        assert subject and "\n" not in subject
        assert f"utm_campaign={campaign}" in html and f"utm_campaign={campaign}" in text, template
        assert f"/unsubscribe?customer={customer}" in html
        assert "None" not in html and "{{" not in html


def test_the_cart_is_what_a_reminder_shows(campaigns):
    shown = campaigns.ask("""
        select b.html, p.name from activation.content_blocks as b
        join activation.content_variables as v using (customer_id)
        join marts.dim_products as p on p.product_id = (v.cart_products ->> '$[0]')
        where b.template = 'abandoned_cart'
    """)  # fmt: skip
    assert shown
    for html, product in shown:
        assert product.replace("&", "&amp;").replace("'", "&#39;") in html


def test_a_mail_reads_as_the_variant_that_its_reader_was_assigned(campaigns):
    rows = campaigns.ask("""
        select b.template, b.variant_id, a.variant_id, b.subject, b.html, b.text, v.first_name
        from activation.content_blocks as b
        join activation.content_variables as v using (customer_id)
        left join experiments.assignments as a
            on a.customer_id = b.customer_id and a.experiment_id = 'recommendation_subject'
            and b.template = 'recommendation_mail'
    """)  # fmt: skip
    shown = [row[1] for row in rows if row[0] == "recommendation_mail"]
    assert min(shown.count("product"), shown.count("person")) > 20
    for template, variant, assigned, subject, html, text, name in rows:
        assert variant == assigned
        assert (variant is None) == (template != "recommendation_mail")
        assert html.count("utm_content=") == (html.count(f'utm_content={variant}"') if variant else 0)
        assert (f"utm_content={variant}" in text) == (variant is not None)
        if variant is not None:
            assert subject.endswith(", and more for you") == (variant == "product")
            assert (name is not None and subject.startswith(f"{name}, we picked")) == (variant == "person")


def test_every_known_customer_has_one_next_action(campaigns):
    ((known, actions, customers),) = campaigns.ask("""
        select (select count(*) from marts.dim_customers where is_known), count(*), count(distinct customer_id)
        from activation.next_best_actions
    """)  # fmt: skip
    assert known == actions == customers
    assert {action for (action,) in campaigns.ask("select distinct action from activation.next_best_actions")} >= {
        "recommend", "nothing"
    }  # fmt: skip
