"""Who said no after the sample's night is left out of what is sent, and nobody else is, on lists of every layout."""

from __future__ import annotations

import csv
import hashlib
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dagster_project.lib.activation.destinations.audience_layouts import LAYOUTS
from dagster_project.lib.activation.destinations.audiences import AudienceDestination
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.mailing import Place
from dagster_project.lib.newest_facts import JUDGED_BY_NIGHTS, read_newest_denials
from dagster_project.lib.serving import Server
from dagster_project.lib.transformation.dbt_project.compiled import PER_CUSTOMER, read_compiled

MORNING = datetime(2026, 7, 1, 9)
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


@dataclass
class Shop:
    """A data folder with the sample's snapshot, to whose landing a test adds."""

    data_dir: Path

    @property
    def current(self) -> Path:
        return self.data_dir / "published" / "current"

    @property
    def database(self) -> Path:
        return self.current / "kindred.duckdb"

    @property
    def config_dir(self) -> Path:
        return self.data_dir / "config"

    def ask(self, query: str, *values: object) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query, list(values)).fetchall()

    def land(self, feed: str, *lines: str) -> Path:
        path = self.data_dir / "landing" / feed / "since_the_night.csv"
        path.write_text("\n".join(lines) + "\n")
        return path

    def send(self, layout: str):
        place = Place(
            self.current,
            self.data_dir / "landing",
            self.config_dir,
            self.data_dir / "warehouse" / "deliveries.duckdb",
        )
        destination = AudienceDestination(name=layout, kind="audience", layout=layout, folder=layout)
        return Server(place, self.data_dir, {}, "now").serve(destination, lambda: MORNING)

    def listed(self, layout: str) -> set[str]:
        """Who is in any of the layout's files, as the first column says it."""
        return {row[0] for path in (self.data_dir / layout).glob("*.csv") for row in csv.reader(path.open())}

    def read_denials(self):
        return read_newest_denials(self.current, self.data_dir / "landing", self.config_dir, MORNING)


@pytest.fixture
def shop(tmp_path, sample_night, sample_landing):
    shop = Shop(tmp_path)
    shop.current.parent.mkdir()
    shutil.copytree(sample_landing, tmp_path / "landing")
    shutil.copytree(
        sample_night.snapshot, shop.current, ignore=shutil.ignore_patterns("parquet", "report", "analyst*")
    )
    assert shop.ask("from activation.campaign_queue") == []
    return shop


def first_columns(layout, customer, email, visitors):
    """What stands in a layout's first column for somebody."""
    hashed = hashlib.sha256(email.encode()).hexdigest()
    return {
        "google_customer_match": {hashed}, "meta_custom_audience": {hashed}, "adobe_target": {customer},
        "optimizely": set(visitors), "klaviyo": {email}, "mailchimp": {email},
    }[layout]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_whoever_says_no_after_the_night_to_what_a_list_is_for_is_not_on_it(shop, layout, capfd):
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


def test_what_micro_batches_loaded_is_weighed_all_the_same(shop):
    (_, (customer, email, _), *_) = shop.ask(ON_THE_LIST, "marketing_email")
    path = shop.land("consents/decisions", "email,purpose,status,decided_at", f"{email},newsletter,no,{AT}")
    ((judged_at,),) = shop.ask("select min(computed_at) from activation.segments")
    with duckdb.connect(str(shop.database)) as connection:
        connection.execute(
            """
            insert into quality.ingested_files by name
            select 100000 as file_id, 'consents/decisions/' || ? as file_path, 'consents' as source,
                'decisions' as source_table, 'consents/decisions' as canonical_table, ? as content_hash,
                contract_hash, 'loaded' as status, ? as ingested_at, 'micro-batch' as run_id
            from quality.ingested_files where canonical_table = 'consents/decisions' limit 1
            """,
            [
                path.name,
                hashlib.sha256(path.read_bytes()).hexdigest(),
                judged_at + timedelta(hours=3),
            ],
        )
    assert shop.read_denials() == {(customer, "marketing_email"): datetime(2026, 7, 1, 6)}
    # where not even a segment says when that night was, all of landing is looked at
    with duckdb.connect(str(shop.database)) as connection:
        connection.execute("delete from activation.segments")
    assert (customer, "marketing_email") in shop.read_denials()


def test_no_micro_batch_makes_anew_what_tells_when_a_night_judged_everybody():
    of_a_customer = {node.name for node in read_compiled() if PER_CUSTOMER in node.tags}
    assert "customer_consents" in of_a_customer
    assert not of_a_customer & set(JUDGED_BY_NIGHTS)


def _expect_nothing_sent(shop, *told):
    """The list stays as it was, and what is told says why."""
    (delivery,) = shop.send("klaviyo")
    assert (delivery.collection, delivery.status) == ("consents", "failed")
    assert all(text in delivery.reason for text in told), delivery.reason
    assert "@" not in delivery.reason
    log = duckdb.connect(str(shop.data_dir / "warehouse" / "deliveries.duckdb")).execute(
        "select status, reason from delivery_log where destination = 'klaviyo' and status = 'failed'"
    )
    assert ("failed", delivery.reason) in log.fetchall()


def test_nobody_is_sent_anywhere_while_it_is_not_known_who_said_no(shop, capfd):
    address = "nobody@example.com"
    contract = shop.config_dir / "contracts" / "consents" / "decisions.yml"
    contract.parent.mkdir(parents=True)
    contract.write_text("columns:\n  - {name: purpose, typ: varchar}\n")
    _expect_nothing_sent(shop, "decisions.yml line 2", "typ")
    contract.unlink()

    path = shop.land("consents/decisions", "purpose;status", f"newsletter;no;{address}")
    _expect_nothing_sent(shop, "landing/consents/decisions/since_the_night.csv", "take it away")
    path.unlink()
    broken = path.with_suffix(".csv.gz")
    broken.write_bytes(b"\x1f\x8b\x08" + address.encode())
    _expect_nothing_sent(shop, "landing/consents/decisions/since_the_night.csv.gz")
    # nor does a file of another table stop it that holds no consents
    broken.rename(shop.data_dir / "landing" / "pos" / "orders" / "broken.csv.gz")
    landing = shop.data_dir / "landing"
    landing.rename(shop.data_dir / "away")
    _expect_nothing_sent(shop, f"{landing} cannot be read")
    assert not (shop.data_dir / "klaviyo").exists()
    (shop.data_dir / "away").rename(landing)
    assert [delivery.status for delivery in shop.send("klaviyo")] == ["delivered"]
    assert address not in "".join(capfd.readouterr())


def test_a_file_that_a_night_put_in_quarantine_stops_nothing(shop):
    path = shop.land("consents/decisions", "purpose;status", "newsletter;no")
    with pytest.raises(KindredError):
        shop.read_denials()
    with duckdb.connect(str(shop.database)) as connection:
        connection.execute(
            "insert into quality.ingested_files by name select 'consents/decisions/' || ? as file_path,"
            " ? as content_hash, 'quarantined' as status, 'consents/decisions' as canonical_table",
            [path.name, hashlib.sha256(path.read_bytes()).hexdigest()],
        )
    assert shop.read_denials() == {}
    path.write_text("purpose;status\nnewsletter;nein\n")
    with pytest.raises(KindredError):
        shop.read_denials()
