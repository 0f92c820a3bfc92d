"""Who said no after the sample's night is left out of what is sent, and nobody else is, on lists of every layout."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from dagster_project.lib.activation.destinations.audience_layouts import LAYOUTS
from dagster_project.lib.newest_facts import JUDGED_BY_NIGHTS
from dagster_project.lib.transformation.dbt_project.compiled import PER_CUSTOMER, read_compiled

AT, LATER, LONG_AGO = "2026-07-01T06:00:00Z", "2026-07-01T07:00:00Z", "2001-01-01T00:00:00Z"
DECISIONS = {
    "advertising": ["Marketing,withdrawn," + AT],
    "sale_or_sharing": ["sale of data,Opt-Out," + AT],
    "marketing_email": ["Newsletter,nein," + AT],
    "personalization": ["Preferences,denied," + AT],
    "changed their mind": [f"{purpose},denied,{AT}" for purpose in ("C0004", "newsletter", "personalization")]
    + [f"{purpose},granted,{LATER}" for purpose in ("C0004", "newsletter", "personalization")],
    "had granted it later": [
        f"{purpose},denied,{LONG_AGO}" for purpose in ("C0004", "newsletter", "personalization")
    ],
}
REQUESTS = ("erase", "restrict", "access")
LEAVES_OUT = {
    "advertising": {"advertising", "sale_or_sharing"},
    "marketing_email": {"marketing_email", "unsubscribe"},
    "personalization": {"personalization"},
}
ALWAYS = {"changed their mind", "erase", "restrict"}
ON_THE_LIST = """
    with mailboxes as (
        select customer_id, lower(email) as email from marts.dim_customers
        union select customer_id, lower(source_record_id) from marts.customer_identities where record_kind = 'email'
    ),
    visitors as (
        select customer_id, list(source_record_id) as visitors from marts.customer_identities
        where record_kind = 'visitor' group by 1
    )
    select customer_id, email, coalesce(visitors, [])
    from marts.dim_customers semi join activation.segment_memberships using (customer_id)
        left join visitors using (customer_id)
    where email like '%@example.com'
        and email in (select email from mailboxes group by 1 having count(distinct customer_id) = 1)
        and customer_id in (
            select customer_id from marts.customer_consents
            where purpose = ? and status = 'granted' and not is_default
            except select customer_id from marts.customer_consents
            where purpose = 'sale_or_sharing' and status = 'denied' and not is_default
        )
    order by len(coalesce(visitors, [])) = 0, customer_id
"""


def first_columns(layout, customer, email, visitors):
    """What stands in a layout's first column for somebody."""
    hashed = hashlib.sha256(email.encode()).hexdigest()
    return {
        "google_customer_match": {hashed}, "meta_custom_audience": {hashed}, "adobe_target": {customer},
        "optimizely": set(visitors), "klaviyo": {email}, "mailchimp": {email},
    }[layout]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whoever_says_no_after_the_night_to_what_a_list_is_for_is_not_on_it(shop, layout, capfd):
    assert shop.ask("from activation.campaign_queue") == []
    purpose = LAYOUTS[layout].purpose
    ways = [*DECISIONS, "unsubscribe", *REQUESTS]
    people = dict(zip(ways, shop.ask(ON_THE_LIST, purpose), strict=False))
    assert people.keys() == set(ways)
    assert all(delivery.status == "delivered" for delivery in shop.send(layout))
    before = shop.listed(layout)
    standing = {way: first_columns(layout, *person) for way, person in people.items()}
    assert all(columns and columns <= before for columns in standing.values())

    email = {way: address for way, (_, address, _) in people.items()}
    decisions = [f" {email[way].upper()},{line}" for way, lines in DECISIONS.items() for line in lines]
    ((stranger,),) = shop.ask(
        """
        select email from marts.dim_customers inner join marts.customer_consents using (customer_id)
        where email like '%@example.com' and purpose = ? and status = 'denied' order by 1 limit 1
        """,
        purpose,
    )
    decisions.append(f"{stranger},{purpose},granted,{AT}")
    shop.land("consents/decisions", "email,purpose,status,decided_at", *decisions)
    shop.land("email/events", "occurred_at,event_name,email", f"{AT},Abmeldung,{email['unsubscribe']}")
    named = {way: email[way].upper().replace("@", "+Shop@") for way in REQUESTS}
    shop.land(
        "privacy/requests",
        "request_id,kind,email,requested_at",
        *(f"{way},{way},{named[way]},{AT}" for way in REQUESTS),
    )
    deliveries = shop.send(layout)
    gone = {column for way in LEAVES_OUT[purpose] | ALWAYS for column in standing[way]}
    assert (before - shop.listed(layout), shop.listed(layout) - before) == (gone, set())
    told = "".join([str(deliveries), *capfd.readouterr()])
    assert not [address for address in email.values() if address.lower() in told.lower()]

    for path in (shop.data_dir / "landing").rglob("since_the_night.csv"):
        path.unlink()
    shop.send(layout)
    assert shop.listed(layout) == before


def test_what_micro_batches_loaded_since_the_night_counts_where_no_campaign_says_when_that_was(shop):
    assert shop.ask("from activation.campaign_queue") == []
    (customer, email, _), *_ = shop.ask(ON_THE_LIST, "marketing_email")
    # no later than the night's instant, so that only when its file came tells that the night did not judge it
    ((granted_at, judged_at),) = shop.ask(
        "select decided_at, (select min(computed_at) from activation.segments) from marts.customer_consents"
        " where customer_id = ? and purpose = 'marketing_email'",
        customer,
    )
    path = shop.land(
        "consents/decisions", "email,purpose,status,decided_at", f"{email},newsletter,no,{granted_at}"
    )

    def enter(run_id, at):
        """Into the ledger, as a run loaded it."""
        shop.change("delete from quality.ingested_files where file_id = 100000")
        shop.change(
            """
            insert into quality.ingested_files by name
            select 100000 as file_id, 'consents/decisions/' || ? as file_path, 'consents' as source,
                'decisions' as source_table, 'consents/decisions' as canonical_table, ? as content_hash,
                contract_hash, 'loaded' as status, ? as ingested_at, ? as run_id
            from quality.ingested_files where canonical_table = 'consents/decisions' limit 1
            """,
            path.name, hashlib.sha256(path.read_bytes()).hexdigest(), at, run_id,
        )  # fmt: skip

    ((run_id,),) = shop.ask("select max(run_id) from activation.segments")
    enter(run_id, judged_at)
    assert shop.read_denials() == {}
    enter("micro-batch", judged_at + timedelta(hours=3))
    assert shop.read_denials() == {(customer, "marketing_email"): granted_at}
    # nor where not even a segment does: all of landing is looked at then
    enter(run_id, judged_at)
    shop.change("delete from activation.segments")
    assert shop.read_denials()[customer, "marketing_email"] == granted_at


def test_no_micro_batch_makes_anew_what_tells_when_a_night_judged_everybody():
    of_a_customer = {node.name for node in read_compiled() if PER_CUSTOMER in node.tags}
    assert "customer_consents" in of_a_customer
    assert not of_a_customer & set(JUDGED_BY_NIGHTS)
