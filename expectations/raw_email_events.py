"""What must hold when e-mail events arrive."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, filled, fresh, plausible_times, vocabulary, volume

EVENT_NAMES = ("sent", "delivered", "open", "click", "bounce", "unsubscribe", "complaint")


def suite() -> gx.ExpectationSuite:
    """The suite of raw.email_events."""
    return build_suite(
        "raw.email_events",
        volume(),
        plausible_times("occurred_at"),
        fresh("occurred_at"),
        vocabulary("event_name", EVENT_NAMES),
        filled("campaign_id", 0.5),
    )
