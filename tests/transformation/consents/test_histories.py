"""Whatever people decide, however they are known and in whatever order it arrives: what holds is what the rules say.

Decisions, unsubscriptions, requests and suppressions of a hundred persons at a time; two records each, which may be one
customer one night and two the next.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.lib.privacy.privacy_settings import PrivacySettings
from dagster_project.lib.privacy.suppressions import Suppression

START = datetime(2026, 1, 1)
HOURS = 12
"""So few that decisions often fall together."""
FILES = {number: START + timedelta(hours=3 * number) for number in range(6)}
"""File -> arrival; what a file holds may be older than it, or newer."""
AS_OF, FOREVER = START + timedelta(hours=HOURS - 2), datetime.max
DEFAULTS = PrivacySettings().undecided.model_dump()
REQUESTED = ("marketing_email", "advertising", "personalization")
PERSONS = 100


@dataclass(frozen=True)
class Event:
    """Something that somebody decided."""

    record: str
    identifier: tuple[str, str]
    kind: str
    purpose: str
    status: str
    decided_at: datetime
    file: int

    @property
    def known_at(self):
        return self.decided_at if self.kind == "suppression" else FILES[self.file]

    @property
    def purposes(self):
        return REQUESTED if self.kind in ("erase", "restrict") else (self.purpose,)

    @property
    def is_final(self):
        return self.kind in ("erase", "restrict", "suppression")


def deciding(events, purpose, at, known_at):
    """Of what was decided about a purpose up to a time, as far as it was known at another, what holds."""
    seen = [
        e
        for e in events
        if purpose in e.purposes and e.decided_at <= min(at, AS_OF) and e.known_at <= known_at
    ]
    return max(seen, key=lambda e: (e.is_final, e.decided_at, e.status == "denied"), default=None)


def held(events, at, known_at):
    """The rules: purpose -> status, is_default, decided_at."""
    answers = {}
    for purpose, default in DEFAULTS.items():
        last = deciding(events, purpose, at, known_at)
        answers[purpose] = (last.status, False, last.decided_at) if last else (default, True, None)
    sale, advertising = answers["sale_or_sharing"], answers["advertising"]
    if sale[:2] == ("denied", False) and advertising[:2] != ("denied", False):
        answers["advertising"] = sale
    return answers


def identifiers_of(record):
    """What a record is known by; nobody shares any of it."""
    digits = f"49301{record[1:].zfill(6)}"
    return [
        ("customer_id", record), ("email", f"{record}@shop.example"), ("phone", digits), ("visitor_id", f"v-{record}"),
    ]  # fmt: skip


def draw_events(dice, record):
    kinds = {"decision": 12, "unsubscribe": 3, "erase": 1, "restrict": 1, "suppression": 1}
    for kind in dice.choices(list(kinds), list(kinds.values()), k=dice.randrange(5)):
        names = identifiers_of(record)[: {"decision": 4, "unsubscribe": 2}.get(kind, 3)]
        if kind == "suppression":
            names = [*names[1:], ("record_key", record)]
        yield Event(
            record,
            dice.choice(names),
            kind,
            "marketing_email" if kind == "unsubscribe" else dice.choice(list(DEFAULTS)),
            dice.choice(("granted", "granted", "denied")) if kind == "decision" else "denied",
            START + timedelta(hours=dice.randrange(HOURS)),
            dice.choice(list(FILES)),
        )


def land(nights, events):
    """Bring everything that was decided as exports do."""
    nights.arrive(FILES)
    tables = {
        "decision": ("consents_decisions", lambda e: {
            "purpose": e.purpose, "status": e.status, "decided_at": e.decided_at,
        }),
        "unsubscribe": ("email_events", lambda e: {"event_name": "unsubscribe", "occurred_at": e.decided_at}),
        "erase": ("privacy_requests", lambda e: {"kind": "erase", "requested_at": e.decided_at}),
        "restrict": ("privacy_requests", lambda e: {"kind": "restrict", "requested_at": e.decided_at}),
    }  # fmt: skip
    for kind, (table, columns) in tables.items():
        rows = [
            {**columns(e), e.identifier[0]: e.identifier[1], "_file_id": e.file}
            for e in events
            if e.kind == kind
        ]
        nights.land(table, rows)
    nights.suppress(
        Suppression(
            line,
            **{
                name: e.identifier[1] if e.identifier[0] == name else None
                for name in ("email", "phone", "record_key")
            },
            purpose=e.purpose,
            reason=None,
            decided_at=e.decided_at,
            until=None,
        )
        for line, e in enumerate(events)
        if e.kind == "suppression"
    )


def partitions(dice, records):
    """Two nights: the records of each two persons in a row are one customer, or not. record -> customer_id."""
    for _ in range(2):
        customers = {}
        for first, second in zip(records[::2], records[1::2], strict=True):
            customers |= {first: first, second: dice.choice((first, second))}
        yield customers


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_what_holds_and_what_held_is_what_the_rules_say_through_merges_and_splits(new_consent_nights, seed):
    dice = random.Random(seed)
    records = [f"r{number}" for number in range(PERSONS)]
    events = [event for record in records for event in draw_events(dice, record)]
    nights = new_consent_nights()
    land(nights, events)
    first, second = partitions(dice, records)
    for customers in (first, second, first):
        nights.night(customers, {record: identifiers_of(record) for record in records}, AS_OF)
        of_customer = defaultdict(list)
        for event in events:
            of_customer[customers[event.record]].append(event)
        everybody = sorted(set(customers.values()))
        rules = {name: held(of_customer[name], FOREVER, FOREVER) for name in everybody}
        assert nights.now() == {
            (name, purpose): rules[name][purpose] for name in everybody for purpose in DEFAULTS
        }
        moments = [START + timedelta(hours=hours) for hours in range(-1, HOURS + 5)]
        for _ in range(4):
            times = {name: (dice.choice(moments), dice.choice(moments)) for name in everybody}
            assert nights.then(times) == {
                (name, purpose): answer
                for name in everybody
                for purpose, answer in held(of_customer[name], *times[name]).items()
            }
        history = nights.connection.execute("select count(*) from marts.customer_consent_history").fetchone()
        assert history == (sum(len(ever_held(of_customer[name])) for name in everybody),)


def ever_held(events):
    """Decisions that the rules let hold for a purpose at some time by what was known at some time."""
    moments = {event.decided_at for event in events}
    last = {
        (purpose, deciding(events, purpose, at, known_at))
        for purpose in DEFAULTS for at in moments for known_at in FILES.values()
    }  # fmt: skip
    return {(purpose, e.status, e.is_final, e.decided_at) for purpose, e in last if e}
