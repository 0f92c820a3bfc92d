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
    def find(query):
        return campaigns.ask(f"{query} order by 1 limit 1")[0]

    by = {
        "email": find("select customer_id, replace(upper(email), '@', '+Shop@') from marts.dim_customers"
            " where email like '%@example.com'"),
        "phone": find("select customer_id, phone from marts.dim_customers where phone is not null"),
    } | {
        column: find("select customer_id, source_record_id from marts.customer_identities"
            f" where record_kind = '{kind}'")
        for column, kind in {"customer_id": "customer", "visitor_id": "visitor"}.items()
    }  # fmt: skip
    lines = [
        ",".join(
            [*(value if column == name else "" for name in by), "marketing_email,denied,2026-07-01T06:00:00Z"]
        )
        for column, (_, value) in by.items()
    ]
    shop.land("consents/decisions", ",".join([*by, "purpose,status,decided_at"]), *lines)
    newest = shop.read_newest()
    assert {(customer, "marketing_email") for customer, _ in by.values()} <= newest.denials.keys()
    assert len(newest.denials) < 10
    assert newest.purchases == {}


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
