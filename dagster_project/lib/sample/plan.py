"""How large the invented shop is: sizes, and the defaults that follow from the number of customers.

No SQL and no files here. The calendar is constant on purpose: a generator that read the clock could not be repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

START = "2026-01-01"  # first day on which anything is sold or viewed
DAYS = 181  # ... and the last second is 2026-06-30T23:59:59Z
END = "2026-06-30 23:59:59"
EVENTS_PER_CUSTOMER = 38
CELLS = 36  # product groups: 12 categories x 3 brands; every cell holds a product


@dataclass(frozen=True)
class Plan:
    """Sizes of one invented shop.

    Attributes:
        customers: persons who buy, or could: they have names, and most have a customer record.
        anonymous: persons who only ever visit the site.
        products: products for sale; at least one for each of the 36 product groups.
        contents: articles, guides and videos.
        events: clickstream events to aim at (the outcome is within a few per cent of it).
        order_rate: orders per person, as a share of the small shop's.
        seed: changes every draw.
    """

    customers: int
    anonymous: int
    products: int
    contents: int
    events: int
    order_rate: float
    seed: int

    @property
    def persons(self) -> int:
        """Everybody, customers first."""
        return self.customers + self.anonymous

    @property
    def file_grain(self) -> str:
        """Dated files: one a month in a small shop, one a week in a large one."""
        return "month" if self.events <= 1_000_000 else "week"


def make_plan(customers: int, seed: int, products: int | None, events: int | None) -> Plan:
    """Fill in what the caller left open.

    Raises:
        ValueError: where the sizes do not make a world that holds together.
    """
    if customers < 50:
        raise ValueError(f"customers must be at least 50, not {customers}")
    if products is None:
        products = round(240 * (customers / 500) ** 0.7)  # 240 at 500 customers, about 49,000 at a million
    if events is None:
        events = min(EVENTS_PER_CUSTOMER * customers, max(10_000_000, 10 * customers))
    products = max(products, CELLS)
    if events < 4 * customers:
        raise ValueError(f"events must be at least 4 a customer ({4 * customers}), not {events}")
    if events > 400 * customers:
        raise ValueError(f"events must be at most 400 a customer ({400 * customers}), not {events}")
    return Plan(
        customers=customers,
        anonymous=round(0.8 * customers),
        products=products,
        contents=CELLS * max(1, products // 2000),
        events=events,
        # fewer events, fewer orders: half of the orders are made on the site
        order_rate=min(1.0, events / (EVENTS_PER_CUSTOMER * customers) + 0.05),
        seed=seed,
    )
