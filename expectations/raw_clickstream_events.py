"""What must hold when clickstream events arrive. Unknown event names are kept, and reported."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import (
    LARGEST_AMOUNT,
    LARGEST_QUANTITY,
    build_suite,
    fresh,
    plausible_times,
    rarely_negative,
    sane_numbers,
    vocabulary,
    volume,
)

# GA4's e-commerce, automatic, enhanced-measurement and recommended events.
EVENT_NAMES = (
    "add_payment_info", "add_shipping_info", "add_to_cart", "add_to_wishlist", "begin_checkout", "click",
    "experiment_viewed", "file_download", "first_visit", "form_start", "form_submit", "generate_lead",
    "login", "page_view", "purchase", "refund", "remove_from_cart", "scroll", "search", "select_content",
    "select_item", "select_promotion", "session_start", "share", "sign_up", "user_engagement",
    "video_complete", "video_progress", "video_start", "view_cart", "view_item", "view_item_list",
    "view_promotion", "view_search_results",
)  # fmt: skip


def suite() -> gx.ExpectationSuite:
    """The suite of raw.clickstream_events."""
    return build_suite(
        "raw.clickstream_events",
        volume(),
        plausible_times("occurred_at"),
        fresh("occurred_at"),
        sane_numbers("quantity", -LARGEST_QUANTITY, LARGEST_QUANTITY),
        sane_numbers("price", -LARGEST_AMOUNT, LARGEST_AMOUNT),
        rarely_negative("engagement_ms"),
        sane_numbers("scroll_percent", 0.0, 100.0),
        vocabulary("event_name", EVENT_NAMES, 0.9),
    )
