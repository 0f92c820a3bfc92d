"""Who is who in the small shop, and that every fact has its customer."""

from __future__ import annotations

import pytest

CUSTOMER_OF = "select distinct customer_id from marts.customer_identities where source_record_id in ({})"


def test_one_person_is_found_across_crm_till_site_and_mail(ask):
    assert len(ask(CUSTOMER_OF.format("'1', 'L1', 'ann', 'ann@x.org'"))) == 1


def test_a_chain_of_sixty_guest_orders_is_one_customer(ask):
    query = "select count(*), count(distinct customer_id) from marts.customer_identities "
    assert ask(query + "where source_record_id like 'chain%'") == [(60, 1)]


def test_four_customers_with_one_address_stay_four(ask):
    query = "select count(distinct customer_id) from marts.customer_identities "
    assert ask(query + "where source_record_id like 'desk_'") == [(4,)]


def test_a_shared_device_merges_nobody_and_its_events_go_to_the_user_they_name(ask):
    assert len(ask(CUSTOMER_OF.format("'1', '2'"))) == 2
    events = dict(
        ask("select occurred_at::varchar, customer_id from marts.fct_events where visitor_id = 'kiosk'")
    )
    assert [(events["2024-02-20 09:00:00"],)] == ask(CUSTOMER_OF.format("'1'"))
    assert [(events["2024-02-20 09:05:00"],)] == ask(CUSTOMER_OF.format("'2'"))
    assert [(events["2024-02-20 09:06:00"],)] == ask(CUSTOMER_OF.format("'kiosk'"))


@pytest.mark.parametrize(
    ("record", "known"),
    [
        ("1", True),
        ("reader@x.org", True),
        ("stranger", False),
        ("kiosk", False),
        ("102", False),
        ("chain0", True),
    ],
)
def test_only_a_lone_visitor_or_guest_order_is_unknown(ask, record, known):
    query = (
        f"select is_known from marts.dim_customers where customer_id = ({CUSTOMER_OF.format(repr(record))})"
    )
    assert ask(query) == [(known,)]


def test_the_latest_version_of_a_customer_wins_whichever_file_came_first(ask):
    query = "select first_name, email, phone from marts.dim_customers where first_name in ('Old', 'Ann')"
    assert ask(query) == [("Ann", "ann@x.org", "+44 20 7946 0958")]


def test_every_customer_has_features_and_every_known_one_five_consents(ask):
    assert ask("select count(*) from marts.dim_customers") == ask(
        "select count(*) from marts.customer_features"
    )
    query = """
        select count(*) from marts.dim_customers as d
        where is_known and 5 <> (select count(*) from marts.customer_consents as c where c.customer_id = d.customer_id)
    """
    assert ask(query) == [(0,)]


def test_a_denial_by_a_shared_address_holds_for_all_and_a_grant_for_nobody(ask):
    query = """
        select purpose, status, is_default, count(*) from marts.customer_consents
        where purpose in ('marketing_email', 'advertising') and customer_id in (
            select customer_id from marts.customer_identities where source_record_id like 'desk_'
        ) group by all order by all
    """
    assert ask(query) == [("advertising", "denied", True, 4), ("marketing_email", "denied", False, 4)]


def test_an_anonymous_visitors_denial_is_kept(ask):
    query = "select status, is_default from marts.customer_consents where purpose = 'personalization' and "
    assert ask(query + f"customer_id = ({CUSTOMER_OF.format(repr('stranger'))})") == [("denied", False)]
