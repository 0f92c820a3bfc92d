"""Who turns out to be one person or two before or after an erasure: those meant stay gone, and nobody else is.

A hundred persons at a time, with two records each, which an address in common makes one customer one night and not the
next. What is held against is a model of a few lines: an erasure takes whoever is connected to its identifier on its
night, and from then on every row that carries an identifier of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.privacy.erasure import erase
from dagster_project.lib.privacy.open_requests import is_any_asked, resolve_records
from tests.transformation.conftest import ARRIVED_AT, NightlyShop

PERSONS, NIGHTS = 100, 4
BEGIN = datetime(2026, 5, 1, 12)
WHO_IS_WHO = ("int_identifiers_collected", "int_records_resolved")
CODE = "code"
Identifier = tuple[str, str]
Row = dict[str, str]


def identifiers_in(row: Row) -> set[Identifier]:
    """What a row names somebody by."""
    return {(name, row[name]) for name in ("customer_id", "email", "visitor_id", "user_id") if row.get(name)}


def _known_as(identifier: Identifier) -> Identifier:
    """A user's id is the customer's."""
    return ("customer_id" if identifier[0] == "user_id" else identifier[0], identifier[1])


@dataclass
class Rules:
    """The ten lines that everything has to follow."""

    buried: set[Identifier] = field(default_factory=set)

    def left(self, rows: list[Row], asked: list[Identifier]) -> list[Row]:
        """Of a night's rows those that stay."""
        names = [{_known_as(identifier) for identifier in identifiers_in(row)} for row in rows]
        meant = set(asked)
        while more := set().union(*(own for own in names if own & meant)) - meant:
            meant |= more
        self.buried |= meant
        return [row for row, own in zip(rows, names, strict=True) if not own & self.buried]


@dataclass(frozen=True)
class Person:
    """Somebody with two records. linked: on which nights these have an address, or a login, in common."""

    number: int
    linked: tuple[str, ...]
    asks: tuple[int, Identifier] | None
    again: tuple[int, Row] | None

    def rows(self, night: int) -> Iterator[tuple[str, Row]]:
        """Their rows in the files of a night, each with its file."""
        first, second = f"a{self.number}", f"b{self.number}"
        how = self.linked[night]
        yield (
            "crm/customers/first.csv",
            {"customer_id": first, "email": f"{first}@x.org", "updated_at": str(BEGIN)},
        )
        email = f"{first if how == 'address' else second}@x.org"
        yield "crm/customers/second.csv", {"customer_id": second, "email": email, "updated_at": str(BEGIN)}
        visit = {"event_id": f"e{self.number}", "occurred_at": str(BEGIN), "visitor_id": f"v{self.number}",
                 "event_name": "login", "user_id": first}  # fmt: skip
        yield "clickstream/events/visits.csv", {**visit, "email": f"{second}@x.org" if how == "login" else ""}
        if self.again and self.again[0] <= night:
            yield "crm/customers/again.csv", self.again[1]


def draw_person(dice: Random, number: int) -> Person:
    names = [("customer_id", f"{record}{number}") for record in "ab"]
    names += [("email", f"{record}{number}@x.org") for record in "ab"]
    asks = (dice.randrange(1, NIGHTS - 1), dice.choice(names)) if dice.random() < 0.6 else None
    email = f"{dice.choice('ab')}{number}@x.org"
    returned = {"customer_id": f"n{number}", "email": email, "updated_at": str(BEGIN)}
    return Person(
        number,
        tuple(dice.choice(["", "", "address", "login"]) for _ in range(NIGHTS)),
        asks,
        (dice.randrange(1, NIGHTS), returned) if dice.random() < 0.5 else None,
    )


def run_night(shop: NightlyShop, night: int, asked: list[Identifier]) -> None:
    """Ingestion, who is who where somebody asks, and erasure; the first night leaves who is who for those after it."""
    requests = [
        {"request_id": f"{night} {place}", "kind": "erase", name: value, "requested_at": str(BEGIN)}
        for place, (name, value) in enumerate(asked)
    ]
    if requests:
        shop.deliver(f"privacy/requests/{night}.csv", requests)
    shop.ingest(BEGIN + timedelta(days=night))
    landing, folder = shop.folder / "landing", shop.folder
    with warehouse.connect(shop.database) as connection:
        is_asked = is_any_asked(connection, folder)
    if is_asked:
        resolve_records(shop.database, CODE)
    with warehouse.connect(shop.database) as connection:
        erase(connection, folder, landing, load_feeds(landing, folder), ARRIVED_AT)
    if night == 0:
        shop.build()


def _texts(rows: list[tuple]) -> list[tuple[str, ...]]:
    return sorted(tuple(value or "" for value in row) for row in rows)


@settings(
    max_examples=1,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],
)
@given(chance=st.integers(0, 2**32))
def test_who_was_meant_is_gone_for_good_and_nobody_else_however_identities_change(tmp_path_factory, chance):
    dice = Random(chance)
    persons = [draw_person(dice, number) for number in range(PERSONS)]
    folder: Path = tmp_path_factory.mktemp("identities")
    shop, rules = NightlyShop(folder, WHO_IS_WHO, CODE), Rules()
    for night in range(NIGHTS):
        files: dict[str, list[Row]] = {}
        for path, row in (each for person in persons for each in person.rows(night)):
            files.setdefault(path, []).append(row)
        for path, rows in files.items():
            shop.deliver(path, rows)
        asked = [person.asks[1] for person in persons if person.asks and person.asks[0] == night]
        run_night(shop, night, asked)
        left = rules.left([row for rows in files.values() for row in rows], asked)
        customers = [(row["customer_id"], row["email"]) for row in left if "customer_id" in row]
        assert _texts(shop.ask("select customer_id, email from raw.crm_customers")) == sorted(customers)
        visits = [(row["event_id"], row["email"]) for row in left if "event_id" in row]
        assert _texts(shop.ask("select event_id, email from raw.clickstream_events")) == sorted(visits)
        assert shop.ask("select count(*) from raw.privacy_requests") == [(0,)]
        gone = {value for name, value in rules.buried if name == "email"}
        texts = "".join(path.read_text() for path in (folder / "landing").rglob("*.csv"))
        assert not [value for value in gone if f",{value}," in texts]
    assert len(rules.buried) > PERSONS / 2
