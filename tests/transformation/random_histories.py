"""What random customers did over some months, as the rows of exports, each with its own time.

Belongs here: drawing histories and cutting them into what came before each night. What must hold of them belongs to
the tests.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Row = Mapping[str, object]
START = datetime(2026, 1, 1)
CATEGORIES = ("tea", "books", "lamps", "shoes")
_TIMES = (
    "updated_at",
    "occurred_at",
    "ordered_at",
    "answered_at",
    "observed_at",
    "decided_at",
    "reviewed_at",
)


def time_of(row: Row) -> datetime:
    """When it happened, or of a state when it was last changed."""
    (time,) = [row[name] for name in _TIMES if name in row]
    assert isinstance(time, datetime)
    return time


@dataclass
class Histories:
    """Rows by feed, of so many customers over so many days. The same seed draws the same rows."""

    seed: int
    customers: int
    days: int
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        for number in range(self.customers):
            self._draw_customer(f"{number:03d}")

    def in_files(self, after: datetime, until: datetime) -> Iterator[tuple[str, list[Row]]]:
        """Folder and rows of up to three files a feed, in any order, with what happened in between.

        So nothing in them is late to a night that runs at `until` and to any later one.
        """
        for feed, rows in self.rows.items():
            between = [row for row in rows if after < time_of(row) <= until]
            files: dict[int, list[Row]] = {}
            for row in self._random.sample(between, len(between)):
                files.setdefault(self._random.randrange(3), []).append(row)
            yield from ((feed, of_file) for of_file in files.values())

    def _draw_customer(self, number: str) -> None:
        choose, email = self._random.choice, f"{number}@shop.example"
        known = {"customer_id": f"C{number}"}
        for time in (START, *self._times(2)):
            self._add("crm/customers", **known, email=email, city=choose(["Bonn", "Lyon"]), updated_at=time)
        for time in self._times(3):
            self._add(
                "crm/preferences",
                **known,
                preference="language",
                value=choose(["de", "fr"]),
                updated_at=time,
            )
        for time in self._times(3):
            self._add("crm/surveys", **known, answered_at=time, question="What are you interested in?",
                      answer=choose(CATEGORIES))  # fmt: skip
        for time in self._times(3):
            self._add(
                "crm/interactions",
                **known,
                occurred_at=time,
                channel=choose(["phone", "social"]),
                kind="call",
            )
        for time in self._times(2):
            self._add("enrichment/attributes", **known, provider="p", attribute="household_size",
                      value=choose("123"), observed_at=time)  # fmt: skip
        for time in self._times(2):
            self._add("consents/decisions", **known, purpose="personalization", status=choose(["granted", "denied"]),
                      decided_at=time)  # fmt: skip
        for place, time in enumerate(self._times(6)):
            self._add("pos/sales", order_id=f"O{number}-{place}", ordered_at=time, product_id=choose(CATEGORIES),
                      category=choose(CATEGORIES), quantity=choose([1, 1, 2, -1]), unit_price=choose([5, 20, 300]),
                      **known)  # fmt: skip
        for place, time in enumerate(self._times(6)):
            self._add("email/events", event_id=f"M{number}-{place}", occurred_at=time, email=email,
                      event_name=choose(["delivered", "open", "click"]), campaign_id="c",
                      campaign_kind=choose(["promotional", "newsletter"]))  # fmt: skip
        for place, time in enumerate(self._times(6)):
            self._add_visit(f"{number}-{place}", number, time)

    def _add_visit(self, visit: str, number: str, begins: datetime) -> None:
        choose = self._random.choice
        # some come by a device that tells nobody, some log in half-way
        user = choose([None, f"C{number}"])
        device, campaign = choose(["phone", "desk"]), choose([None, "spring"])
        for place in range(self._random.randint(1, 6)):
            self._add("clickstream/events", event_id=f"E{visit}-{place}", visitor_id=f"{device}{number}",
                      occurred_at=begins + timedelta(seconds=self._random.randint(0, 4000)),
                      user_id=user if place > 1 else None, utm_campaign=campaign, device_type=device,
                      event_name=choose(["view_item", "add_to_cart", "page_view", "search", "purchase"]),
                      product_id=choose(CATEGORIES), category=choose(CATEGORIES), search_query=choose(CATEGORIES),
                      engagement_ms=self._random.randint(0, 90_000))  # fmt: skip

    def _times(self, most: int) -> Iterator[datetime]:
        for _ in range(self._random.randint(0, most)):
            yield START + timedelta(seconds=self._random.randint(0, self.days * 86_400))

    def _add(self, feed: str, **row: object) -> None:
        self.rows.setdefault(feed, []).append(row)
