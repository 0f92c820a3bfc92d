"""The page about messages: what is due and why not, what became of it, next best actions, offers, faults.

Nothing of a small group is told.
"""

from __future__ import annotations

import duckdb
import pytest
from report_pages import Page, render_all

TABLES = """
create table activation.campaign_queue as
    select 'weekend' as campaign, 1 as step, 'c' || i as customer_id, 'weekend_newsletter' as template,
        case when i < 20 then 'due' when i < 35 then 'suppressed' when i < 37 then 'exited' else 'sent' end as status,
        case when i < 20 or i >= 37 then null when i < 32 then 'no address' when i < 35 then 'too late' else 'bought'
        end as reason
    from range(47) as t(i);
create table activation.next_best_actions as
    select 'c' || i as customer_id,
        case when i < 12 then 'offer' when i < 40 then 'recommend' else 'nothing' end as action,
        if(i < 40, 'email', 'none') as channel, if(i < 40, 0.5, 0.1) as score
    from range(43) as t(i);
create table activation.offers as
    select * from (values ('ships', 'free_shipping', 2, null::date), ('less', 'discount', 1, date '2026-02-28'))
        as t(offer, kind, priority, ends_on_date);
create table activation.customer_offers as select 'c' || i as customer_id, 'less' as offer from range(11) as t(i);
create table quality.content_performance as
    select * from (values
        ('cart', 'reminder', null, 'email', date '2026-01-31', 40, 12, 10, 1234.5),
        ('cart', 'reminder', 'b', 'email', date '2026-01-04', 60, 13, 5, 500.25),
        ('cart', 'reminder', null, 'email', date '2026-01-03', 900, 900, 900, 9000.0),
        ('cart', 'reminder', null, 'site', date '2026-01-31', 50, 9, 9, 77.0),
        ('zebedee.quux@example.org', null, null, 'email', date '2026-01-31', 9, 0, 0, 0.0),
        (null, 'home_page', null, 'site', date '2026-01-31', 10, 10, 0, 0.0)
    ) as t(campaign, template, variant_id, channel, shown_date, shown, clicked, converted, revenue);
create table quality.content_faults as
    select 'win_back' as template, 'blocks/offers.html' as file, 3 as line, '''x'' is undefined <b>' as reason,
        4 as customers;
"""


@pytest.fixture
def page(golden: duckdb.DuckDBPyConnection) -> Page:
    golden.execute(TABLES)
    return Page(render_all(golden)["messages.html"])


def test_messages_are_counted_by_what_becomes_of_them_and_few_are_not_told(page):
    assert page.tables["Messages by campaign and step"][1:] == [
        ["weekend", "1", "weekend newsletter", "20", "10", "15", "under 10"]
    ]
    assert page.tables["Why messages are not due"][1:] == [
        # of fifteen who are told
        ["weekend", "no address", "withheld"],
        ["weekend", "too late", "under 10"],
        ["weekend", "bought", "under 10"],
    ]


def test_what_was_shown_lately_is_told_by_campaign_and_template_with_what_became_of_it(page):
    assert page.tables["Shown, clicked and converted, by campaign and template"][1:] == [
        ["cart", "reminder", "email", "100", "25", "25.0%", "15", "1,735"],
        ["cart", "reminder", "site", "50", "under 10", "–", "under 10", "–"],
        ["none given", "home page", "site", "10", "10", "100.0%", "0", "0"],
        ["[withheld]", "–", "email", "under 10", "0", "–", "0", "0"],
    ]


def test_actions_and_offers_are_counted(page):
    assert page.tables["Next best actions"][1:] == [
        ["recommend", "email", "28", "0.500"],
        ["offer", "email", "withheld", "–"],
        ["nothing", "none", "under 10", "–"],
    ]
    assert page.tables["Offers"][1:] == [
        ["less", "discount", "2026-02-28", "11"],
        ["ships", "free shipping", "–", "0"],
    ]


def test_a_fault_of_a_template_is_told_as_text(page, golden):
    assert page.tables["Faults of templates"][1:] == [
        ["win back", "blocks/offers.html", "3", "'x' is undefined <b>", "under 10"]
    ]
    assert "undefined &lt;b&gt;" in render_all(golden)["messages.html"]


def test_a_night_without_campaigns_says_so(golden_pages):
    text = Page(golden_pages["messages.html"]).text
    assert "Nobody is written to" in text
    assert "Nobody reports what was shown" in text
    assert "There are no offers" in text
    assert "Every template that was due could be filled." in text
