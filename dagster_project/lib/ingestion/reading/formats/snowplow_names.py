"""What Snowplow calls events, devices and its self-describing JSON, and what Kindred calls them. Names alone."""

from __future__ import annotations

EVENT_NAMES = {
    "page_ping": "user_engagement",
    "transaction": "purchase",
    "site_search": "search",
    "link_click": "click",
    "focus_form": "form_start",
    "submit_form": "form_submit",
    "product_view": "view_item",
    "list_view": "view_item_list",
    "list_click": "select_item",
    "promo_view": "view_promotion",
    "promo_click": "select_promotion",
}
"""Of page, unstructured and e-commerce events; a name that is not here is kept as it is."""

STRUCTURED_ACTIONS = {
    **dict.fromkeys(("add_to_cart", "add_to_basket"), "add_to_cart"),
    **dict.fromkeys(("remove_from_cart", "remove_from_basket"), "remove_from_cart"),
    **dict.fromkeys(("add_to_wishlist", "begin_checkout", "purchase", "refund"), ""),
    **dict.fromkeys(("view_item", "view_item_list", "select_item", "search"), ""),
    **dict.fromkeys(("login", "sign_up", "share", "view_cart", "generate_lead"), ""),
}
"""`se_action` in snake case -> event name, blank for the same; any other structured event stays `event`."""

DEVICE_TYPES = {"computer": "desktop", "phone": "mobile"}

_SNOWPLOW = "com_snowplowanalytics_snowplow"
CONTEXTS = {
    "page": f"contexts_{_SNOWPLOW}_web_page",
    "device": "contexts_nl_basjes_yauaa_context",
    "agent": f"contexts_{_SNOWPLOW}_ua_parser_context",
    "search": f"unstruct_event_{_SNOWPLOW}_site_search",
    "action": f"unstruct_event_{_SNOWPLOW}_ecommerce_snowplow_ecommerce_action",
    "product": f"contexts_{_SNOWPLOW}_ecommerce_product",
    "transaction": f"contexts_{_SNOWPLOW}_ecommerce_transaction",
    "added": f"unstruct_event_{_SNOWPLOW}_add_to_cart",
    "removed": f"unstruct_event_{_SNOWPLOW}_remove_from_cart",
}
"""What the format reads out of self-describing JSON -> how its columns begin; a schema version follows."""

VERSIONS = ("_1", "_1_0_0", "_1_0_1", "_1_0_2", "_1_0_3")
"""Endings that are looked for in JSON lines, whose names are not known before they are read."""

KEPT_UNDER_ITS_NAME = {
    "user_id": "user_id",
    "page_url": "page_url",
    "page_referrer": "referrer_url",
    "br_lang": "language",
    "geo_country": "country",
    "geo_city": "city",
    "mkt_source": "utm_source",
    "mkt_medium": "utm_medium",
    "mkt_campaign": "utm_campaign",
}
"""Columns that go over as they stand."""
