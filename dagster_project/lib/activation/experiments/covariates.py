"""What an experiment may take as a unit's figure from before its exposure, beside the metrics that it declares itself.

The figures have the names that they have in marts.customer_features, whose windows end at a night; these end where the
unit was first exposed. Here belongs which events a name is made of; counting them is `totals`'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

REVENUE = "revenue"
_COUNTED = {
    "orders": ("purchase",),
    "product_views": ("view_item",),
    "category_views": ("view_item_list",),
    "cart_adds": ("add_to_cart",),
    "checkouts": ("begin_checkout",),
    "searches": ("search", "view_search_results"),
}
_WINDOW = re.compile(r"(?P<figure>\w+?)_(?P<days>[1-9]\d{0,3})_days?")


@dataclass(frozen=True)
class Covariate:
    """Events before the exposure, counted, or their values summed."""

    event_names: tuple[str, ...]
    value: str | None = None
    """What is summed; None where they are counted."""
    days: float | None = None
    """How long before the exposure; None for all that is known."""
    is_binary: bool = False
    """Whether only it counts that there was one."""


def find_covariate(name: str, metrics: Sequence[str] = ()) -> Covariate:
    """Return what a figure is made of. ValueError where there is none of the name. metrics: what may be named beside.

    >>> find_covariate("revenue_90_days")
    Covariate(event_names=('purchase',), value='revenue', days=90.0)
    """
    if name == "total_revenue":
        return Covariate(_COUNTED["orders"], REVENUE)
    if name == "order_count":
        return Covariate(_COUNTED["orders"])
    if found := _WINDOW.fullmatch(name):
        figure, days = found["figure"], float(found["days"])
        if figure == REVENUE:
            return Covariate(_COUNTED["orders"], REVENUE, days)
        if figure in _COUNTED:
            return Covariate(_COUNTED[figure], None, days)
    windows = ", ".join(f"{figure}_30_days" for figure in (REVENUE, *_COUNTED))
    raise ValueError(
        f"{name!r} is no figure from before: {', '.join([*metrics, 'total_revenue', 'order_count'])}, or such as"
        f" {windows}, of any number of days"
    )
