"""The example's campaigns over the sample, sent: the right words to the right people, once, at the right step."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dagster_project.lib.activation.destinations.declared import load_destinations
from dagster_project.lib.activation.mail.result import MailResult
from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.mailing import Place, send_mail
from dagster_project.lib.newest_facts import read_newest_facts
from tests.activation.conftest import EXAMPLE, Campaigns
from tests.activation.mail.mailbox import Mailbox

MORNING = datetime(2026, 7, 1, 9)
"""After the sample's night, at an hour at which nobody there sleeps but in America."""
DUE = """
    select q.campaign, q.step, c.email, c.customer_id, b.subject, b.html, b.text
    from activation.campaign_queue as q join activation.content_blocks as b using (customer_id, template)
    join marts.dim_customers as c using (customer_id) where q.status = 'due'
"""


@dataclass
class Shop:
    """A data folder with a published night, and the example's config with the mailbox in the place of its server."""

    data_dir: Path
    mailbox: Mailbox

    @property
    def config_dir(self) -> Path:
        return self.data_dir.parent / "config"

    @property
    def deliveries(self) -> Path:
        return self.data_dir / "warehouse" / "deliveries.duckdb"

    def publish(self, night: Campaigns) -> None:
        ((as_of,),) = night.ask("select as_of from operations.current_night")
        current = self.data_dir / "published" / "current"
        current.mkdir(parents=True, exist_ok=True)
        shutil.copy(night.database, current / "kindred.duckdb")
        (current / "manifest.json").write_text(
            json.dumps({"as_of": f"{as_of.isoformat()}Z", "run_id": "run", "tables": {}})
        )

    def send(self, clock: datetime = MORNING, asked: str = "now") -> MailResult:
        place = Place(
            self.data_dir / "published" / "current",
            self.data_dir / "landing",
            self.config_dir,
            self.deliveries,
        )
        (letters,) = load_destinations(self.config_dir)
        return send_mail(place, letters, asked, lambda: clock, {})


@pytest.fixture
def shop(tmp_path, mailbox, campaigns, sample_landing):
    shop = Shop(tmp_path / "data", mailbox)
    shutil.copytree(sample_landing, shop.data_dir / "landing")
    shutil.copytree(EXAMPLE, shop.config_dir)
    path = shop.config_dir / "destinations.yml"
    at_mailbox = (
        path.read_text()
        .replace("port: 1025", f"port: {mailbox.port}")
        .replace("minute: 600", "minute: 60000")
    )
    path.write_text(at_mailbox.replace("host: localhost", "host: 127.0.0.1"))
    shop.publish(campaigns)
    return shop


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


def _land(shop, feed, *lines):
    folder = shop.data_dir / "landing" / feed
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "since_the_night.csv").write_text("\n".join(lines) + "\n")


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
    _land(
        shop, "consents/decisions", "customer_id,email,purpose,status,decided_at",
        f",{denied.upper()} ,Newsletter,opt-out,{at}", f"{withdrawn},,personalization,withdrawn,{at}",
        f",{other},advertising,denied,{at}", f",{granted},marketing_email,denied,2020-01-01T00:00:00Z",
    )  # fmt: skip
    _land(shop, "email/events", "occurred_at,event_name,customer_id", f"{at},Abmeldung,{left}")
    _land(shop, "privacy/requests", "request_id,kind,email,requested_at", f"1,erase,{erased},{at}")
    _land(shop, "pos/orders", "order_id,ordered_at,email,total_amount", f"new-1,{at},{buyer},9.5")
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
    _land(
        shop, "consents/decisions", "customer_id,purpose,status,decided_at",
        f"{one[1]},marketing_email,denied,{at}", f"{two[1]},personalization,denied,2026-07-01T06:00:00Z",
        f"{four[1]},personalization,denied,{at}", f"{fifth},marketing_email,denied,{at}",
    )  # fmt: skip
    _land(shop, "privacy/requests", "request_id,kind,customer_id,requested_at", f"1,restrict,{three[1]},{at}")
    denials = _read_denials(shop)
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
    _land(
        shop, "consents/decisions", "email,purpose,status,decided_at",
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
    denials = _read_denials(shop)
    assert (denials.get((customer, mail)), denials.get((another, mail))) == (at, None)
    with warehouse.connect(database) as connection:
        connection.execute(
            "update quality.ingested_files set run_id = 'micro-batch', ingested_at = ? where file_path like '%since%'",
            [judged_at + timedelta(hours=3)],
        )
    denials = _read_denials(shop)
    assert (denials.get((customer, mail)), denials.get((another, mail))) == (at, granted_at)


def _read_denials(shop):
    current = shop.data_dir / "published" / "current"
    return read_newest_facts(current, shop.data_dir / "landing", shop.config_dir, MORNING).denials


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
    _land(shop, "consents/decisions", ",".join([*by, "purpose,status,decided_at"]), *lines)
    current = shop.data_dir / "published" / "current"
    newest = read_newest_facts(current, shop.data_dir / "landing", shop.config_dir, MORNING)
    assert {(customer, "marketing_email") for customer, _ in by.values()} <= newest.denials.keys()
    assert len(newest.denials) < 10
    assert newest.purchases == {}


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
