"""What is said of a customer, a visitor or a product, out of one snapshot. Addresses and keys belong to `app`.

Whoever is not known, has no history or is against personalization gets what everybody without a history gets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dagster_project.lib.activation.api.snapshots import Snapshot
from dagster_project.lib.activation.api.store import Customer, Store
from dagster_project.lib.activation.content.known import (
    ANONYMOUS,
    LISTS,
    LONGEST_LIST,
    OF_THE_PERSON,
    describe,
    of_the_day,
)
from dagster_project.lib.activation.content.moment import Moment
from dagster_project.lib.activation.content.variables import PRODUCT_KEYS

Answer = dict[str, Any]
Strategy = Literal["similar", "bought_together"]
_WHO = ("customer_id", "demographics")
"""Parts of a profile by which somebody is recognized: the id, and name, address and birthday."""


@dataclass(frozen=True)
class Person:
    """Whom a request is about."""

    customer: Customer | None
    """None for an id that the snapshot does not know."""
    is_named: bool
    """Whether the answer may say who it is: a visitor's does not."""
    is_public: bool = False
    """Whether anybody may read the answer, and guess ids to read others; it says less then."""

    @property
    def personal(self) -> Customer | None:
        """The customer, unless they are against personalization."""
        return self.customer if self.customer is not None and self.customer.is_personalizable else None

    def describe(self, store: Store, *, is_personal: bool) -> Answer:
        """What every answer begins with. is_personal: whether it was made for this person alone."""
        return {
            "run_id": store.run_id,
            "as_of": store.as_of,
            "customer_id": self.customer.customer_id if self.customer and self.is_named else None,
            "is_known": None if self.is_public else self.customer is not None,
            "is_personalized": is_personal,
        }


def recommendations(store: Store, person: Person, name: str, limit: int) -> Answer:
    """A list of products, the best first; for somebody without one the list for `anonymous`, which has no articles."""
    own = store.list_of(person.personal, name, limit) if person.personal else []
    listed = own or ([] if name == "content" else store.list_of_segment(ANONYMOUS, limit))
    if person.is_public:
        # A reason tells what somebody bought or looked at.
        listed = [product | dict.fromkeys(("strategy", "reason")) for product in listed]
    return {**person.describe(store, is_personal=bool(own)), "list": name, "recommendations": listed}


def segments(store: Store, person: Person) -> Answer:
    """The segments somebody is in; `anonymous` alone for whom nothing may be said of."""
    stranger = [{"segment": ANONYMOUS, "is_primary": True, "entered_at": None}]
    own = person.personal
    return {
        **person.describe(store, is_personal=own is not None),
        "segments": stranger if own is None else own.segments,
    }


def profile(store: Store, person: Person) -> Answer:
    """The profile, as docs/customer_profile.schema.json; empty for whom nothing may be said of.

    Without what says who it is, where the answer may not.
    """
    own = person.personal
    known = {} if own is None else own.row["profile"]
    return {
        **person.describe(store, is_personal=own is not None),
        "profile": known if person.is_named else {name: known[name] for name in known if name not in _WHO},
    }


def products_beside(store: Store, product_id: str, strategy: Strategy, limit: int) -> Answer:
    """What to show beside a product; nothing beside one that the snapshot does not know."""
    listed = store.list_beside(product_id, strategy, limit)
    return {
        "run_id": store.run_id,
        "as_of": store.as_of,
        "product_id": product_id,
        "is_known": listed is not None,
        "strategy": strategy,
        "recommendations": listed or [],
    }


def variables_of(
    snapshot: Snapshot, person: Person, moment: Moment, experiment: str | None, *, is_nameless: bool
) -> dict[str, Any]:
    """What a template may say, by names of `VARIABLES`: what the night knows, and over it what the request tells.

    experiment: whose variant is shown, where the person has one and the request names none. is_nameless: leave out
    names and addresses, for whoever asks may be anybody.
    """
    store = snapshot.store
    known = _known(store, person.customer, snapshot) if person.customer else of_the_day(snapshot.today)
    if not known.get("recommendations"):
        known["recommendations"] = _products_of(store.list_of_segment(ANONYMOUS, LONGEST_LIST))
    if is_nameless:
        known |= dict.fromkeys((*OF_THE_PERSON, "profile"))
    known["variant"] = person.personal.variant_of(experiment) if person.personal else None
    if moment.is_somewhere:
        return known | moment.variables() | store.weather_at(moment.country, moment.city)
    return known | moment.variables()


def _known(store: Store, customer: Customer, snapshot: Snapshot) -> dict[str, Any]:
    lists = {
        name: _products_of(store.list_of(customer, published, LONGEST_LIST))
        for published, name in LISTS.items()
    }
    touched = {
        product_id: {**dict.fromkeys(PRODUCT_KEYS), **product}
        for column in ("viewed_products", "cart_products")
        for product_id in customer.row[column] or []
        if (product := store.product(product_id)) and product["name"] is not None
    }
    offers = [store.offer(name) for name in customer.offers]
    return describe(customer.row, snapshot.today, lists, offers, touched)


def _products_of(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Products of a list as templates know them."""
    products = [product for product in listed if product["name"] is not None]
    for product in products:
        if product["reason"]:
            product["reason"] = product["reason"][0].upper() + product["reason"][1:]
    return [{key: product[key] for key in PRODUCT_KEYS} for product in products]
