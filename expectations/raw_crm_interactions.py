"""What must hold when calls, tickets and chats arrive."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, fresh, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.crm_interactions."""
    return build_suite(
        "raw.crm_interactions",
        volume(),
        plausible_times("occurred_at"),
        fresh("occurred_at"),
    )
