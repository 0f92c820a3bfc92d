"""What must hold when e-mail events arrive. Their words are judged in the mart, after they were translated."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, filled, fresh, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.email_events."""
    return build_suite(
        "raw.email_events",
        volume(),
        plausible_times("occurred_at"),
        fresh("occurred_at"),
        filled("campaign_id", 0.5),
    )
