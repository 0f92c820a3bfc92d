"""A template that fails costs its own messages; who denied personalization is nobody in particular."""

from __future__ import annotations

import shutil

from dagster_project.lib.activation.content.customers import read_known
from tests.activation.conftest import EXAMPLE


def test_a_broken_template_is_told_by_file_and_line_and_all_others_are_rendered(
    campaigns, run_campaigns, tmp_path
):
    config = tmp_path / "config"
    shutil.copytree(EXAMPLE, config)
    broken = config / "templates" / "abandoned_cart" / "body.html"
    broken.parent.mkdir(parents=True)
    broken.write_text("fine\n{{ first_name.__class__ }}\n")
    found = run_campaigns(config)
    ((template, file, line, reason, customers),) = found.ask(
        "select template, file, line, reason, customers from quality.content_faults"
    )
    assert (template, file, line) == ("abandoned_cart", "abandoned_cart/body.html", 2)
    assert "unsafe" in reason
    whole = dict(campaigns.ask("select template, count(*) from activation.content_blocks group by 1"))
    assert customers == whole.pop("abandoned_cart")
    assert dict(found.ask("select template, count(*) from activation.content_blocks group by 1")) == whole


def test_pages_are_rendered_for_their_audience_alone(run_campaigns, tmp_path):
    page = tmp_path / "templates" / "banner"
    page.mkdir(parents=True)
    (page / "template.yml").write_text("kind: banner\naudience: [frequent_buyers, at_risk_customers]\n")
    (page / "body.html").write_text("{{ first_name or 'you' }}: {{ segments | join(' ') }}")
    found = run_campaigns(tmp_path)
    members = found.ask("""
        select distinct customer_id from activation.segment_memberships
        where segment in ('frequent_buyers', 'at_risk_customers') order by 1
    """)  # fmt: skip
    assert members
    assert found.ask("select customer_id from activation.content_blocks order by 1") == members
    assert found.ask("select * from activation.campaign_queue") == []
    shown = found.ask("""
        select html, is_personalizable from activation.content_blocks
        join activation.content_variables using (customer_id)
    """)  # fmt: skip
    assert {is_personalizable for _, is_personalizable in shown} == {True, False}
    for html, is_personalizable in shown:
        assert ("frequent_buyers" in html or "at_risk_customers" in html) == is_personalizable


def test_who_is_against_personalization_is_told_apart_by_name_alone(campaigns):
    import duckdb

    with duckdb.connect(str(campaigns.database), read_only=True) as connection:
        ((customer,), *_) = connection.execute(
            "select customer_id from activation.content_variables where not is_personalizable and is_known order by 1"
        ).fetchall()
        ((as_of,),) = connection.execute("select as_of from operations.current_night").fetchall()
        ((_, known),) = read_known(connection, [customer, "nobody"], as_of.date())
    assert known.keys() == {"today", "is_weekend", "first_name", "last_name", "email", "language"}


def test_a_template_that_takes_too_much_is_given_up_after_a_few_customers(campaigns, run_campaigns, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(EXAMPLE, config)
    endless = config / "templates" / "recommendation_mail" / "body.html"
    endless.parent.mkdir(parents=True)
    endless.write_text("{% for a in range(99999) %}{% endfor %}")
    found = run_campaigns(config)
    ((reason, customers),) = found.ask("select reason, customers from quality.content_faults")
    assert "rounds of loops" in reason
    whole = dict(campaigns.ask("select template, count(*) from activation.content_blocks group by 1"))
    assert customers == whole["recommendation_mail"] > 50
