"""A template that fails costs its own messages; who denied personalization is nobody in particular."""

from __future__ import annotations

import shutil

import duckdb
import pytest

from dagster_project.lib.activation.content.customers import read_known
from tests.activation.conftest import EXAMPLE


@pytest.fixture(scope="module")
def spoilt(run_campaigns, tmp_path_factory):
    """The example with two templates that cannot be filled, and a page with an audience."""
    config = tmp_path_factory.mktemp("spoilt") / "config"
    shutil.copytree(EXAMPLE, config)
    for file, text in {
        "abandoned_cart/body.html": "fine\n{{ first_name.__class__ }}\n",
        "recommendation_mail/body.html": "{% for a in range(99999) %}{% endfor %}",
        "banner/template.yml": "kind: banner\naudience: [frequent_buyers, at_risk_customers]\n",
        "banner/body.html": "{{ first_name or 'you' }}: {{ segments | join(' ') }}",
    }.items():
        path = config / "templates" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return run_campaigns(config)


def test_a_broken_template_is_told_by_file_and_line_and_costs_its_own_messages(campaigns, spoilt):
    whole = dict(campaigns.ask("select template, count(*) from activation.content_blocks group by 1"))
    unsafe, endless = spoilt.ask(
        "select file, line, reason, customers from quality.content_faults order by template"
    )
    assert unsafe[:2] == ("abandoned_cart/body.html", 2)
    assert "unsafe" in unsafe[2]
    assert unsafe[3] == whole["abandoned_cart"]
    # given up after a few customers, and counted for all
    assert endless[:2] == ("recommendation_mail/body.html", 1)
    assert "rounds of loops" in endless[2]
    assert endless[3] == whole["recommendation_mail"] > 50
    assert whole.keys() == {"abandoned_cart", "recommendation_mail"}


def test_a_page_is_rendered_for_its_audience_alone(spoilt):
    members = spoilt.ask("""
        select distinct customer_id from activation.segment_memberships
        where segment in ('frequent_buyers', 'at_risk_customers') order by 1
    """)  # fmt: skip
    assert members
    assert spoilt.ask("select customer_id from activation.content_blocks order by 1") == members
    shown = spoilt.ask("""
        select template, html, is_personalizable from activation.content_blocks
        join activation.content_variables using (customer_id)
    """)  # fmt: skip
    for template, html, is_personalizable in shown:
        assert template == "banner" and is_personalizable
        assert "frequent_buyers" in html or "at_risk_customers" in html


def test_who_is_against_personalization_is_told_apart_by_name_alone(campaigns):
    with duckdb.connect(str(campaigns.database), read_only=True) as connection:
        ((customer,), *_) = connection.execute(
            "select customer_id from activation.content_variables where not is_personalizable and is_known order by 1"
        ).fetchall()
        ((as_of,),) = connection.execute("select as_of from operations.current_night").fetchall()
        ((_, known),) = read_known(connection, [customer, "nobody"], as_of.date())
    assert known.keys() == {"today", "is_weekend", "first_name", "last_name", "email", "language"}


def test_without_campaigns_nobody_is_written_to(published):
    queued, rendered, actions = published.execute("""
        select (select count(*) from activation.campaign_queue), (select count(*) from activation.content_blocks),
            (select count(*) from activation.next_best_actions)
    """).fetchone()  # fmt: skip
    assert (queued, rendered) == (0, 0)
    assert actions > 500
