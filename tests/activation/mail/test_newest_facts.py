"""What landing says since the sample's night: whose message it keeps back, and whose it does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from tests.activation.mail.sample_shop import DUE

AT = "2026-07-01T06:00:00Z"


def test_what_arrives_after_the_night_counts(shop, campaigns):
    rows = campaigns.ask(DUE)
    (buyer,) = [email for campaign, _, email, *_ in rows if campaign == "abandoned_cart"]
    id_of = dict(campaigns.ask(
        "select customer_id, min(source_record_id) from marts.customer_identities"
        " where record_kind = 'customer' and source_table = 'customers' group by 1"
    ))  # fmt: skip
    known = [
        (email, id_of[customer])
        for campaign, _, email, customer, *_ in rows
        if campaign == "recommendations" and customer in id_of
    ]
    (denied, _), (_, left), (erased, _), (_, withdrawn), (other, _), (granted, _) = known[:6]
    at = "2026-07-01T06:00:00Z"
    shop.land(
        "consents/decisions", "customer_id,email,purpose,status,decided_at",
        f",{denied.upper()} ,Newsletter,opt-out,{at}", f"{withdrawn},,personalization,withdrawn,{at}",
        f",{other},advertising,denied,{at}", f",{granted},marketing_email,denied,2020-01-01T00:00:00Z",
    )  # fmt: skip
    shop.land("email/events", "occurred_at,event_name,customer_id", f"{at},Abmeldung,{left}")
    shop.land("privacy/requests", "request_id,kind,email,requested_at", f"1,erase,{erased},{at}")
    shop.land("pos/orders", "order_id,ordered_at,email,total_amount", f"new-1,{at},{buyer},9.5")
    result = shop.send()
    assert result.suppressed == {"said no since the night": 4, "bought": 1}
    assert result.sent + sum(result.waiting.values()) == len(rows) - 5
    asleep = {
        email for (email,) in campaigns.ask("select email from marts.dim_customers where country = 'US'")
    }
    refused = {buyer, denied, erased} | {email for email, own in known if own in (left, withdrawn)}
    assert not refused & set(shop.mailbox.recipients)
    assert {other, granted} <= set(shop.mailbox.recipients) | asleep


def test_a_no_is_weighed_against_what_it_is_about_and_a_request_against_nothing(shop, campaigns):
    granted = """
        select customer_id, min(source_record_id)
        from marts.customer_identities inner join marts.customer_consents using (customer_id)
        where record_kind = 'customer' and status = 'granted' and not is_default and purpose = 'personalization'
            and customer_id {} (select customer_id from marts.customer_consents
                where purpose = 'marketing_email' and status = 'granted')
        group by 1 order by 1 limit {}
    """
    one, two, three, four = campaigns.ask(granted.format("in", 4))
    ((five, fifth),) = campaigns.ask(granted.format("not in", 1))
    at = "2001-01-01T00:00:00Z"
    shop.land(
        "consents/decisions", "customer_id,purpose,status,decided_at",
        f"{one[1]},marketing_email,denied,{at}", f"{two[1]},personalization,denied,2026-07-01T06:00:00Z",
        f"{four[1]},personalization,denied,{at}", f"{fifth},marketing_email,denied,{at}",
    )  # fmt: skip
    shop.land("privacy/requests", "request_id,kind,customer_id,requested_at", f"1,restrict,{three[1]},{at}")
    denials = shop.read_newest().denials
    # what was granted later takes it back, where it is about the same
    assert (one[0], "marketing_email") not in denials
    assert denials[five, "marketing_email"] == datetime(2001, 1, 1)
    assert denials[two[0], "personalization"] == datetime(2026, 7, 1, 6)
    assert {purpose for customer, purpose in denials if customer == three[0]} == {
        "advertising", "marketing_email", "personalization",
    }  # fmt: skip
    # what the night itself was told of being known is later than this denial
    assert (four[0], "personalization") not in denials


def test_a_no_that_was_loaded_and_not_weighed_counts(shop, campaigns):
    """The night does not see what is dated after it, by a wrong time zone or as loading took long."""
    (ahead, customer, _), (other, another, granted_at) = campaigns.ask("""
        select email, customer_id, decided_at
        from marts.dim_customers inner join marts.customer_consents using (customer_id)
        where email like '%@example.com' and purpose = 'marketing_email' and status = 'granted'
        order by 1 limit 2
    """)
    at = datetime(2026, 7, 1, 10)
    shop.land(
        "consents/decisions", "email,purpose,status,decided_at",
        f"{ahead},marketing_email,denied,{at}", f"{other},marketing_email,denied,{granted_at}",
    )  # fmt: skip
    ((run_id, judged_at),) = campaigns.ask(
        "select run_id, min(computed_at) from activation.campaign_queue group by 1"
    )
    landing = shop.data_dir / "landing"
    (feed,) = [feed for feed in load_feeds(landing, shop.config_dir) if feed.table == "consents/decisions"]
    database = shop.data_dir / "published" / "current" / "kindred.duckdb"
    with warehouse.connect(database) as connection:
        ingest_feed(connection, feed, landing, Arrival(run_id, judged_at))
    mail = "marketing_email"
    denials = shop.read_newest().denials
    assert (denials.get((customer, mail)), denials.get((another, mail))) == (at, None)
    with warehouse.connect(database) as connection:
        connection.execute(
            "update quality.ingested_files set run_id = 'micro-batch', ingested_at = ? where file_path like '%since%'",
            [judged_at + timedelta(hours=3)],
        )
    denials = shop.read_newest().denials
    assert (denials.get((customer, mail)), denials.get((another, mail))) == (at, granted_at)


def test_a_denial_finds_its_customer_by_whatever_names_them(shop, campaigns):
    columns = ("customer_id", "email", "phone", "visitor_id")
    by = []

    def name(column, query):
        """By a customer who is named by nothing else."""
        taken = [customer for customer, *_ in by]
        others = f"not list_contains({taken}::varchar[], customer_id)"
        ((customer, value),) = campaigns.ask(f"select * from ({query}) where {others} order by all limit 1")
        by.append((customer, column, value))

    identities = (
        "select customer_id, source_record_id from marts.customer_identities where record_kind = '{}'"
    )
    name("customer_id", identities.format("customer"))
    name("visitor_id", identities.format("visitor"))
    name("email", "select customer_id, replace(upper(email), '@', '+Shop@') from marts.dim_customers"
        " where email like '%@example.com'")  # fmt: skip
    name(
        "phone",
        "select customer_id, phone from marts.dim_customers where phone like '%-%' or phone like '% %'",
    )
    # what another of their records carries, and customers show no more
    name("email", "select customer_id, identifier_value from marts.customer_identifiers"
        " join marts.dim_customers using (customer_id) where namespace = 'email' and identifier_value <> email"
        " and not contains(identifier_value, '+')")  # fmt: skip
    lines = [
        ",".join([*(value if column == named else "" for named in columns), f"marketing_email,denied,{AT}"])
        for _, column, value in by
    ]
    shop.land("consents/decisions", ",".join([*columns, "purpose,status,decided_at"]), *lines)
    newest = shop.read_newest()
    assert {(customer, "marketing_email") for customer, *_ in by} <= newest.denials.keys()
    assert len(newest.denials) < 10
    assert newest.purchases == {}


def test_a_decision_is_about_whom_its_first_identifier_names(shop, campaigns):
    (one, number), (other, _) = campaigns.ask("""
        select customer_id, min(source_record_id) from marts.customer_identities
        inner join marts.dim_customers using (customer_id)
        where record_kind = 'customer' and email is not null group by 1 order by 1 limit 2
    """)
    ((email,),) = campaigns.ask(f"select email from marts.dim_customers where customer_id = '{other}'")
    shop.land(
        "consents/decisions", "customer_id,email,purpose,status,decided_at",
        f"{number},{email},sale_or_sharing,denied,{AT}",
    )  # fmt: skip
    # and whose data may not be sold is on no list for advertising
    assert set(shop.read_newest().denials) == {(one, "sale_or_sharing"), (one, "advertising")}


def test_nobody_is_written_to_while_it_is_not_known_who_said_no(shop):
    path = shop.land("email/events", "event_name;occurred_at", "unsubscribe;nobody@example.com")
    with pytest.raises(KindredError, match=r"landing/email/events/since_the_night\.csv") as told:
        shop.send()
    assert "@" not in str(told.value)
    assert shop.mailbox.arrived == []
    path.unlink()
    orders = shop.land("pos/orders", "nothing;that;can;be;read")
    assert shop.send().sent > 0
    assert orders.exists()
