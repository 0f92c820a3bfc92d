"""The names that a template may use, each with what it means and what it is for somebody of whom nothing is known.

A value that is not known is None, or an empty list or mapping, and never missing: `{% if recent_category ==
'Electronics' %}` holds for nobody without one, and a misspelt name is a fault that names its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

Group = Literal["customer", "behaviour", "lists", "moment", "message"]


@dataclass(frozen=True)
class Variable:
    """One name."""

    group: Group
    description: str
    unknown: Any
    """Its value where nothing is known."""


VARIABLES: Mapping[str, Variable] = {
    "first_name": Variable("customer", "Given name.", None),
    "last_name": Variable("customer", "Family name.", None),
    "email": Variable("customer", "Address.", None),
    "city": Variable("customer", "Town.", None),
    "region": Variable("customer", "Region.", None),
    "country": Variable("customer", "Country.", None),
    "language": Variable("customer", "Preferred language, as stated.", None),
    "loyalty_tier": Variable("customer", "Tier of the loyalty programme.", None),
    "lifecycle_state": Variable(
        "customer", "visitor, new, active, loyal, at_risk, lapsed or returned.", "visitor"
    ),
    "segments": Variable("customer", "Names of the segments that they are in.", []),
    "primary_segment": Variable("customer", "The one of lowest priority number.", None),
    "profile": Variable(
        "customer", "The whole of marts.customer_profiles, as docs/customer_profile.schema.json.", {}
    ),
    "order_count": Variable("behaviour", "Orders that are no returns.", 0),
    "total_revenue": Variable("behaviour", "Of all orders, in base currency.", 0.0),
    "days_since_order": Variable("behaviour", "Days since the last order.", None),
    "recent_category": Variable("behaviour", "Category of the product looked at last.", None),
    "top_category": Variable("behaviour", "Category of the largest interest.", None),
    "interests": Variable("behaviour", "Category -> share of interest, largest first.", {}),
    "intent": Variable("behaviour", "Of the last session: transactional or informational.", None),
    "scores": Variable(
        "behaviour",
        "purchase_probability_30_days, churn_probability and value_12_months, as in marts.customer_scores.",
        {"purchase_probability_30_days": 0.0, "churn_probability": 0.0, "value_12_months": 0.0},
    ),
    "recommendations": Variable("lists", "Products of the list for_you, best first.", []),
    "discoveries": Variable("lists", "Products of the list discover, never bought before.", []),
    "reading": Variable("lists", "Articles, guides and videos of the list content.", []),
    "cart": Variable("lists", "Products put in the cart since the last purchase, latest first.", []),
    "viewed": Variable("lists", "Products looked at last, latest first.", []),
    "offers": Variable("lists", "Offers of offers.yml that they may have, by priority.", []),
    "device": Variable(
        "moment", "desktop, mobile or tablet: of the request, else of their last session.", None
    ),
    "daypart": Variable(
        "moment", "night, morning, afternoon or evening: of the request, else when they come most.", None
    ),
    "weather": Variable("moment", "Condition where they are, on the day.", None),
    "temperature": Variable("moment", "Degrees Celsius, likewise.", None),
    "holiday": Variable("moment", "Name of the day's holiday, likewise.", None),
    "today": Variable("moment", "The day, as ISO text.", None),
    "is_weekend": Variable("moment", "Whether it is a Saturday or Sunday.", False),
    "variant": Variable("message", "Which variant of the template is shown; None for none.", None),
    "factors": Variable(
        "message",
        "Factor -> level, where the experiment has factors; None of each where no variant is shown.",
        {},
    ),
    "campaign": Variable("message", "Name of the campaign that sends it; None on a page.", None),
    "step": Variable("message", "Number of its step, from 1.", None),
    "shop": Variable("message", "name, url and address, from content.yml.", {}),
    "unsubscribe_url": Variable("message", "Where the reader can say no to more; None on a page.", None),
    "blocks": Variable("message", "The template's blocks, rendered, in their order for this customer.", []),
}

PRODUCT_KEYS = (
    "product_id", "name", "category", "brand", "price", "list_price", "currency", "image_url", "product_url", "reason",
)  # fmt: skip
"""What a product of a list says; what is not known of it is None."""
OFFER_KEYS = (
    "offer", "kind", "title", "text", "code", "percent", "amount", "category", "ends_on", "image_url", "url",
)  # fmt: skip
"""What an offer says, as offers.yml has it."""


def complete(known: Mapping[str, Any]) -> dict[str, Any]:
    """Every variable: what is known, and for the others what stands where nothing is. ValueError for unknown names."""
    if strangers := known.keys() - VARIABLES.keys():
        raise ValueError(f"no template knows {', '.join(sorted(strangers))}")
    return {
        name: deepcopy(variable.unknown) if known.get(name) is None else known[name]
        for name, variable in VARIABLES.items()
    }
