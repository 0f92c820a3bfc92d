"""What the values of an Adobe hit mean: canonical columns, GA4's event names, the product list as GA4's items.

A `post_` column is what Adobe's own rules made of the plain one, so it goes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dagster_project.lib.common.sql import literal_list, quote_identifier
from dagster_project.lib.ingestion.reading.formats.pieces import (
    filled_object,
    first_given,
    given,
    merged,
    with_columns,
)
from dagster_project.lib.ingestion.reading.formats.user_agents import browser, device_type, operating_system

LOOKUPS = {
    "browser": "browser",
    "operating_systems": "os",
    "languages": "language",
    "country": "country",
    "event": None,
}
"""Lookup file -> the column of ids that it explains; events are a list, and are looked up in it one by one."""
EVENT_NAMES = {
    "1": "purchase",
    "11": "begin_checkout",
    "12": "add_to_cart",
    "13": "remove_from_cart",
    "14": "view_cart",
    "2": "view_item",
}
"""Adobe's e-commerce events -> GA4's, the most valuable first: a hit may carry several."""
LINK_NAMES = {"10": "custom_link", "11": "file_download", "12": "click"}
"""page_event without its hundreds -> what a hit is that is no page view."""
TAKEN = frozenset(
    {
        "browser", "campaign", "country", "cust_hit_time_gmt", "event_list", "geo_city", "geo_country", "hit_time_gmt",
        "hitid_high", "hitid_low", "language", "os", "page_url", "product_list", "purchaseid", "referrer", "visid_high",
        "visid_low", "visit_num", "visit_start_time_gmt",
    }
)  # fmt: skip
"""Columns, without `post_`, that canonical ones are made of."""
NOT_TAKEN = frozenset({"ip", "ip2", "ipv6", "x_forwarded_for"})
EXCLUDED_SOURCES = ("5", "7", "8", "9")
"""Values of hit_source that Adobe's own reports leave out, besides hits with an exclude_hit above 0."""
_ESCAPES = {"^^": "chr(2)", "^,": "chr(3)", "^;": "chr(4)", "^=": "chr(5)"}


class Hit:
    """SQL for what a hit says. columns: those of the delivery, in lower case."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def value(self, name: str) -> str:
        """The `post_` column, or the plain one where that is blank or not delivered."""
        names = [column for column in (f"post_{name}", name) if column in self._columns]
        return first_given(*map(quote_identifier, names))

    def prepared(self, relation: str, lookups: Mapping[str, str]) -> str:
        """The hits in their own order, with their events, products and what the lookup files say of their ids."""
        placed = with_columns(relation, {"adobe: place": "row_number() over ()"})
        joins, labels = "", ""
        for file, column in LOOKUPS.items():
            if column is not None:
                alias = quote_identifier(f"lookup {file}")
                label = f'{alias}.label as "adobe: {column}"'
                labels += f", {label}"
                joins += f" left join {lookups[file]} as {alias} on {alias}.id = {given(self._plain(column))}"
        names = f"(select map(coalesce(list(id), []), coalesce(list(label), [])) as names from {lookups['event']})"
        joined = (
            f'(select hits.*, event_names.names as "adobe: event names"{labels} from {placed} as hits{joins}'
            f' cross join {names} as event_names order by "adobe: place")'
        )
        events = (
            f"list_transform(string_split({self.value('event_list')}, ','), lambda e: split_part(e, '=', 1))"
        )
        return with_columns(joined, {"adobe: events": events, "adobe: products": self._products()})

    def _plain(self, name: str) -> str:
        return quote_identifier(name) if name in self._columns else "null::varchar"

    def _products(self) -> str:
        """The product list, `category;product;quantity;price of all of them;...` a product, as GA4's items."""
        text = self.value("product_list")
        for written, mark in _ESCAPES.items():
            text = f"replace({text}, '{written}', {mark})"
        quantity, total = (f"try_cast(split_part(product, ';', {place}) as double)" for place in (3, 4))
        item = filled_object(
            {
                "item_id": _part(2),
                "item_category": _part(1),
                "quantity": quantity,
                "price": f"{total} / nullif({quantity}, 0)",
            }
        )
        listed = f"list_transform(string_split({text}, ','), lambda product: {item})"
        return f"list_filter({listed}, lambda item: item->>'item_id' is not null)"

    def texts(self) -> dict[str, str]:
        """Canonical column of clickstream/events -> SQL of type varchar, over a relation that `prepared` made."""
        visitor = f"{self.value('visid_high')} || '_' || {self.value('visid_low')}"
        agent = self._plain("user_agent")
        first = '"adobe: products"[1]'
        mobile_id = given(self._plain("mobile_id"))
        mobile = f"case when {mobile_id} = '0' then 'desktop' when {mobile_id} is not null then 'mobile' end"
        return {
            "event_id": f"{self.value('hitid_high')} || '_' || {self.value('hitid_low')}",
            "occurred_at": f"coalesce(nullif({self.value('cust_hit_time_gmt')}, '0'), {self.value('hit_time_gmt')})",
            "visitor_id": visitor,
            "session_id": f"concat_ws('_', {visitor}, {self.value('visit_num')}, {self.value('visit_start_time_gmt')})",
            "event_name": self._event_name(),
            "page_url": self.value("page_url"),
            "referrer_url": self.value("referrer"),
            "product_id": f"{first}->>'item_id'",
            "category": f"{first}->>'item_category'",
            "quantity": f"{first}->>'quantity'",
            "price": f"{first}->>'price'",
            "order_id": self.value("purchaseid"),
            "device_type": f"coalesce({device_type(agent)}, {mobile})",
            "browser": f'coalesce("adobe: browser", {browser(agent)})',
            "operating_system": f'coalesce("adobe: os", {operating_system(agent)})',
            "language": '"adobe: language"',
            "country": f'coalesce({self.value("geo_country")}, "adobe: country")',
            "city": self.value("geo_city"),
            "utm_campaign": self.value("campaign"),
            "parameters": self._parameters(),
        }

    def _event_name(self) -> str:
        bought = " ".join(
            f"when list_contains(\"adobe: events\", '{event}') then '{name}'"
            for event, name in EVENT_NAMES.items()
        )
        kind = f"try_cast({self.value('page_event')} as integer)"
        links = " ".join(
            f"when {kind} in ({code}, 1{int(code) - 10:02}) then '{name}'"
            for code, name in LINK_NAMES.items()
        )
        return f"case {bought} {links} when coalesce({kind}, 0) = 0 then 'page_view' else 'hit' end"

    def _parameters(self) -> str:
        """Every value that no column takes, a plain one only where it is not the `post_` one's; zeros included."""
        rest = {
            name: self._beyond(name)
            for name in self._columns
            if name.removeprefix("post_") not in TAKEN and name not in NOT_TAKEN
        }
        source = self._plain("hit_source")
        excluded = (
            f"try_cast({self._plain('exclude_hit')} as integer) > 0 or {source} in {_in(EXCLUDED_SOURCES)}"
        )
        items = '"adobe: products"'
        prices = f"list_transform({items}, lambda i: (i->>'price')::double * (i->>'quantity')::double)"
        made = {
            "events": 'to_json(list_transform("adobe: events", lambda e: coalesce("adobe: event names"[e], e)))',
            "items": f"to_json(nullif({items}, []))",
            "value": f"list_sum({prices})",
            "currency": self.value("currency"),
            "is_excluded": f"case when {excluded} then true end",
        }
        return merged(filled_object(rest) if rest else "null::json", filled_object(made))

    def _beyond(self, name: str) -> str:
        own = quote_identifier(name)
        post = f"post_{name}"
        return given(f"nullif({own}, {quote_identifier(post)})" if post in self._columns else own)


def _part(place: int) -> str:
    """A field of `product`, what was escaped in it as it was meant."""
    text = f"split_part(product, ';', {place})"
    for written, mark in _ESCAPES.items():
        text = f"replace({text}, {mark}, '{written[1]}')"
    return given(text)


def _in(values: Sequence[str]) -> str:
    return literal_list(values).replace("[", "(").replace("]", ")")
