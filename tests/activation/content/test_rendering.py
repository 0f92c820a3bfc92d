"""What templates come to for a customer, and what of a customer comes to nothing in them."""

from __future__ import annotations

import pytest

from dagster_project.lib.activation.content.faults import TemplateFaultError
from dagster_project.lib.activation.content.rendering import Renderer
from tests.activation.content.conftest import POUNDS, SHOP


def test_a_condition_as_marketers_write_it(page):
    body = "{% if recent_category == 'Electronics' %}Cables{% else %}Tea{% endif %}"
    assert page(body, recent_category="Electronics").html == "Cables"
    assert page(body).html == "Tea"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("{% for x in y %}", "{% for x in y %}"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('" onload="x', "&#34; onload=&#34;x"),
    ],
)
def test_what_a_customer_is_called_stays_text(page, value, shown):
    assert page("{{ first_name }}", first_name=value).html == shown
    assert (
        page("{{ profile.demographics.first_name }}", profile={"demographics": {"first_name": value}}).html
        == shown
    )


def test_a_blocks_html_stays_html_and_a_customers_in_it_does_not(write):
    library = write.files({
        "mine/template.yml": "kind: homepage\nblocks: [{name: greeting}]\n",
        "mine/body.html": "{% for block in blocks %}{{ block }}{% endfor %}",
        "blocks/greeting.html": "<b>{{ first_name }}</b>",
    })  # fmt: skip
    shown = Renderer(library, POUNDS).render("mine", {"shop": SHOP, "first_name": "<i>"})
    assert shown.html == "<b>&lt;i&gt;</b>"


BLOCKS = """
kind: homepage
blocks:
  - {name: one, priority: "scores.churn_probability"}
  - {name: two, priority: "0.5"}
  - {name: three, when: intent == 'transactional', priority: "9"}
"""


@pytest.mark.parametrize(
    ("churn", "intent", "order"),
    [
        (0.2, None, "two one "),
        (0.9, None, "one two "),
        (0.5, "transactional", "three one two "),
        (0.5, None, "one two "),
    ],
)
def test_blocks_stand_in_the_customers_own_order(write, churn, intent, order):
    library = write.files({
        "mine/template.yml": BLOCKS,
        "mine/body.html": "{% for block in blocks %}{{ block }} {% endfor %}",
        "blocks/one.html": "one", "blocks/two.html": "two", "blocks/three.html": "three",
    })  # fmt: skip
    scores = {"purchase_probability_30_days": 0.0, "churn_probability": churn, "value_12_months": 0.0}
    shown = Renderer(library, POUNDS).render("mine", {"shop": SHOP, "scores": scores, "intent": intent})
    assert shown.html == order


CHOICES = """
kind: homepage
choices:
  picture:
    - {when: top_category == 'Garden', value: spade.jpg}
    - {value: hello.jpg}
  action:
    - {when: device == 'mobile', value: {label: Tap, url: /m}}
    - {value: {label: Click, url: /d}}
"""


def test_the_first_choice_that_holds_is_taken(page):
    body = "{{ picture }} {{ action.label }}"
    assert page(body, CHOICES).html == "hello.jpg Click"
    assert page(body, CHOICES, top_category="Garden", device="mobile").html == "spade.jpg Tap"


def test_a_variant_has_parts_of_its_own_where_it_has_them(write):
    library = write.files({
        "mine/template.yml": "kind: homepage\n", "mine/body.html": "all", "mine/body.loud.html": "LOUD",
    })  # fmt: skip
    renderer = Renderer(library, POUNDS)
    shown = [
        renderer.render("mine", {"shop": SHOP, "variant": name}).html for name in (None, "loud", "quiet")
    ]
    assert shown == ["all", "LOUD", "all"]


MAIL = {"mail/template.yml": "kind: email\n", "mail/body.html": "x", "mail/body.txt": "{{ first_name }}"}


@pytest.mark.parametrize("name", ["Ann\r\nBcc: all@x.org", "Ann\nx", "Ann\u2028x", "\x1b[2J"])
def test_a_line_break_in_a_subject_sends_nothing(write, name):
    library = write.files({**MAIL, "mail/subject.txt": "Hello {{ first_name }}!\n"})
    with pytest.raises(TemplateFaultError, match=r"mail/subject.txt line 1: a subject is one line"):
        Renderer(library, POUNDS).render("mail", {"shop": SHOP, "first_name": name})


def test_a_subject_is_text_and_no_html(write):
    library = write.files({**MAIL, "mail/subject.txt": "Hello {{ first_name }} \U0001f469‍\U0001f373!\n"})
    shown = Renderer(library, POUNDS).render("mail", {"shop": SHOP, "first_name": "Ann & <Bo>"})
    assert (shown.subject, shown.text) == ("Hello Ann & <Bo> \U0001f469‍\U0001f373!", "Ann & <Bo>")


@pytest.mark.parametrize(
    ("url", "campaign", "variant", "whole"),
    [
        ("/p/1", None, None, "https://shop.example/p/1"),
        ("/p/1?a=1#x", "win_back", "b", "https://shop.example/p/1?a=1&utm_source=kindred&utm_medium=email&utm_campaign=win_back&utm_content=b#x"),
        ("https://cdn.example/p?utm_source=x", "c", None, "https://cdn.example/p?utm_source=kindred&utm_medium=email&utm_campaign=c"),
        ("javascript:alert(1)", None, None, "https://shop.example/"),
        ("http://[bad", None, None, "https://shop.example/"),
        ("data:text/html,x", None, None, "https://shop.example/"),
        (None, None, None, "https://shop.example/"),
    ],
)  # fmt: skip
def test_links_are_whole_and_of_the_web(page, url, campaign, variant, whole):
    product = {"product_url": url}
    shown = page("{{ viewed[0].product_url | link }}", viewed=[product], campaign=campaign, variant=variant)
    assert shown.html.replace("&amp;", "&") == whole


def test_amounts_and_days_are_written_as_the_shops_language_does(page):
    body = "{{ 7.5 | money }} {{ 7.5 | money('EUR') }} {{ 1234.5 | number }} {{ 0.25 | percent }} {{ today | day }}"
    assert page(body, today="2026-06-30").html == "£7.50 €7.50 1,234.5 25% 30 June 2026"
