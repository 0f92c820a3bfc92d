"""The changes that SQL finds in the gaps between purchases are those of a machine that lives through them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import duckdb

DAY = timedelta(days=1)
BEGIN, END = datetime(2021, 1, 1), datetime(2025, 1, 1)
GAPS = [1, 1, 10, 29, 30, 31, 60, 80, 89, 90, 91, 105, 275, 364, 365, 366, 500]
"""Days between purchases; most lie at a threshold."""
MODELS = ["stg_operations__current_night", "int_purchases_spaced", "int_lifecycle_steps_timed"]
MODELS += ["customer_lifecycle_changes", "customer_lifecycle"]


def draw_orders(customers: int) -> list[tuple[str, datetime]]:
    """(customer_id, ordered_at) of everybody's orders, in no order; every fifth customer never bought."""
    dice = random.Random(90)
    orders = []
    for number in range(customers):
        moment = BEGIN + dice.randrange(200) * DAY
        for _ in range(dice.randint(1, 25) * (number % 5 > 0)):
            orders += [(f"customer {number}", moment)] * dice.choice([1, 1, 1, 2, 4])
            moment += dice.choice(GAPS) * DAY + timedelta(seconds=dice.choice([-1, 0, 0, 1]))
    dice.shuffle(orders)
    return orders


class Life:
    """One customer, whose time passes."""

    def __init__(self, born_at: datetime) -> None:
        self.orders: list[datetime] = []
        self.changes: list[tuple[str, datetime]] = [("visitor", born_at)]

    @property
    def state(self) -> str:
        return self.changes[-1][0]

    def enter(self, state: str, moment: datetime) -> None:
        if state != self.state:
            self.changes.append((state, moment))

    def usual_state(self, moment: datetime) -> str:
        recent = [order for order in self.orders if moment - 365 * DAY < order <= moment]
        return "loyal" if len(recent) >= 4 else "active"

    def next_wait(self) -> tuple[datetime, str] | None:
        """The moment at which the state ends by itself, and the one that follows."""
        if self.state in ("visitor", "lapsed"):
            return None
        last = self.orders[-1]
        if self.state == "at_risk":
            return last + 365 * DAY, "lapsed"
        waits = [(last + 90 * DAY, "at_risk")]
        if self.state in ("new", "returned"):
            waits.append((last + 30 * DAY, self.usual_state(last + 30 * DAY)))
        if self.state == "loyal":
            waits.append((self.orders[-4] + 365 * DAY, "active"))
        return min(waits, key=lambda wait: (wait[0], wait[1] != "at_risk"))

    def live_until(self, moment: datetime) -> None:
        while (wait := self.next_wait()) and wait[0] < moment:
            self.enter(wait[1], wait[0])

    def buy(self, moment: datetime, orders: int) -> None:
        self.live_until(moment)
        self.orders += [moment] * orders
        if self.state == "visitor":
            self.enter("new", moment)
        elif self.state in ("at_risk", "lapsed"):
            self.enter("returned", moment)
        else:
            self.enter(self.usual_state(moment), moment)


def live(orders: list[tuple[str, datetime]], customers: int, as_of: datetime) -> dict[str, list]:
    """customer_id -> [(state, changed_at), ...]"""
    purchases = Counter(order for order in orders if order[1] <= as_of)
    lives = {f"customer {number}": Life(BEGIN - DAY) for number in range(customers)}
    for customer, moment in sorted(purchases):
        lives[customer].buy(moment, purchases[customer, moment])
    for life in lives.values():
        life.live_until(as_of + timedelta(microseconds=1))
    return {customer: life.changes for customer, life in lives.items()}


def run_models(project, create_sources, orders, customers: int, as_of: datetime) -> dict[str, list]:
    """The same of the models."""
    project.release()
    project.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        create_sources(connection, {}, as_of.isoformat())
        connection.execute("create schema marts")
        connection.execute("""
            create table marts.dim_customers as
            select 'customer ' || number as customer_id, $1 as first_seen_at from range($2) as numbers (number)
        """, [BEGIN - DAY, customers])  # fmt: skip
        seen = [order for order in orders if order[1] <= as_of]
        connection.execute(
            "create table marts.fct_orders as "
            "select unnest($1) as customer_id, unnest($2) as ordered_at, false as is_return",
            [[customer for customer, _ in seen], [moment for _, moment in seen]],
        )
    assert project.invoke("run", "--select", *MODELS) == []
    project.release()
    found = defaultdict(list)
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        query = "select customer_id, state, changed_at from marts.customer_lifecycle_changes order by 1, 3"
        for customer, state, changed_at in connection.execute(query).fetchall():
            found[customer].append((state, changed_at))
    return dict(found)


def test_lives_lived_step_by_step_are_what_gaps_tell_on_any_night(project, create_sources):
    customers = 600
    orders = draw_orders(customers)
    early, late = BEGIN + 700 * DAY, END
    expected = live(orders, customers, late)
    states = [[state for state, _ in changes] for changes in expected.values()]
    assert len({step for one in states for step in pairwise(one)}) == 12
    assert run_models(project, create_sources, orders, customers, late) == expected
    assert run_models(project, create_sources, orders, customers, early) == {
        customer: [change for change in changes if change[1] <= early]
        for customer, changes in expected.items()
    }
