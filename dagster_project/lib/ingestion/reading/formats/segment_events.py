"""A Segment message as an event: canonical columns, GA4's event names, and its products as GA4's items."""

from __future__ import annotations

from dagster_project.lib.ingestion.reading.formats.pieces import (
    choose,
    filled_object,
    first_given,
    merged,
    snake_case,
    with_columns,
    without,
)
from dagster_project.lib.ingestion.reading.formats.segment_message import Message
from dagster_project.lib.ingestion.reading.formats.user_agents import browser, device_type, operating_system

EVENT_NAMES = {
    "products_searched": "search",
    "product_list_viewed": "view_item_list",
    "promotion_viewed": "view_promotion",
    "promotion_clicked": "select_promotion",
    "product_clicked": "select_item",
    "product_viewed": "view_item",
    "product_added": "add_to_cart",
    "product_removed": "remove_from_cart",
    "product_added_to_wishlist": "add_to_wishlist",
    "product_shared": "share",
    "cart_viewed": "view_cart",
    "cart_shared": "share",
    "checkout_started": "begin_checkout",
    "payment_info_entered": "add_payment_info",
    "order_completed": "purchase",
    "order_refunded": "refund",
    "signed_up": "sign_up",
    "signed_in": "login",
}
"""Segment's e-commerce and B2B events -> GA4's; an event that is not listed keeps its name in snake_case."""
KINDS = {"page": "page_view", "screen": "screen_view"}
TAKEN = (
    "url", "referrer", "product_id", "price", "quantity", "order_id", "query", "list_id", "experiment_id",
    "variation_id", "email",
)  # fmt: skip
"""Properties that a canonical column takes."""


ITEMS, AGENT = '"segment: items"', '"segment: agent"'


def prepared(message: Message, relation: str) -> str:
    """The message's relation with its products and its user agent, which several columns are made of."""
    return with_columns(
        relation, {"segment: items": _items(message), "segment: agent": message.context("userAgent")}
    )


def texts(message: Message) -> dict[str, str]:
    """Canonical column of clickstream/events -> SQL of type varchar, over a relation that `prepared` made."""
    is_track = f"{message.kind} = 'track'"
    product = {key: f"{ITEMS}[1]->>'{key}'" for key in ("item_id", "item_category", "price", "quantity")}
    return {
        "event_id": message.plain("message_id"),
        "occurred_at": message.plain("timestamp"),
        "visitor_id": first_given(message.plain("anonymous_id"), message.plain("user_id")),
        "user_id": message.plain("user_id"),
        "event_name": f"case when {is_track} then {_track_name(message)}"
        f" else {choose(message.kind, KINDS, message.kind)} end",
        "email": first_given(
            message.trait("email"), message.detail("email"), message.context("traits.email")
        ),
        "page_url": first_given(message.detail("url"), message.context("page.url")),
        "referrer_url": first_given(message.detail("referrer"), message.context("page.referrer")),
        "product_id": first_given(message.detail("product_id"), message.detail("sku"), product["item_id"]),
        "category": f"case when {is_track} then"
        f" {first_given(message.detail('category'), product['item_category'])} end",
        "quantity": first_given(message.detail("quantity"), product["quantity"]),
        "price": first_given(message.detail("price"), product["price"]),
        "order_id": message.detail("order_id"),
        "search_query": message.detail("query"),
        "item_list_id": message.detail("list_id"),
        "device_type": first_given(message.context("device.type"), device_type(AGENT)),
        "browser": browser(AGENT),
        "operating_system": first_given(message.context("os.name"), operating_system(AGENT)),
        "language": message.context("locale"),
        "country": message.context("location.country"),
        "city": message.context("location.city"),
        "utm_source": message.context("campaign.source"),
        "utm_medium": message.context("campaign.medium"),
        "utm_campaign": message.context("campaign.name"),
        "experiment_id": message.detail("experiment_id"),
        "variant_id": message.detail("variation_id"),
        "parameters": _parameters(message),
    }


def _track_name(message: Message) -> str:
    name = snake_case(message.plain("event"))
    return choose(name, EVENT_NAMES, name)


def _items(message: Message) -> str:
    """The products of an order or a list as GA4's items: a list of JSON objects, null where there are none."""
    members = {
        "item_id": "coalesce(product->'product_id', product->'sku')",
        "item_name": "product->'name'",
        "item_category": "product->'category'",
        "item_brand": "product->'brand'",
        "item_variant": "product->'variant'",
        "price": "product->'price'",
        "quantity": "product->'quantity'",
        "discount": "product->'discount'",
        "coupon": "product->'coupon'",
        "index": "product->'position'",
    }
    products = message.detail("products")
    listed = f"case when json_valid({products}) and json_type({products}) = 'ARRAY' then {products} end"
    return f"list_transform(from_json({listed}, '[\"JSON\"]'), lambda product: {filled_object(members)})"


def _parameters(message: Message) -> str:
    """What no column takes; an order's `total` is its `value`, and `products` are `items`."""
    amount = first_given(message.detail("total"), message.detail("value"), message.detail("revenue"))
    own = filled_object(
        {
            "value": f"try_cast({amount} as double)",
            "currency": message.detail("currency"),
            "items": f"to_json({ITEMS})",
            "total": f"try_cast({message.detail('total')} as double)",
            "revenue": f"try_cast({message.detail('revenue')} as double)",
            "path": message.detail("path"),
            "sku": message.detail("sku"),
            "category": f"case when {message.kind} <> 'track' then {message.detail('category')} end",
        }
    )
    described = filled_object(
        {
            "name": message.plain("name"),
            "context": without(message.nested("context"), ("ip", "page", "campaign", "traits")),
            "traits": without(message.nested("traits"), ("email",)),
        }
    )
    of_track = without(message.nested("properties"), [*TAKEN, "category"])
    of_others = without(message.nested("properties"), TAKEN)
    properties = f"case when {message.kind} = 'track' then {of_track} else {of_others} end"
    return merged(described, properties, own)
