"""What must hold when privacy requests arrive. A request of an unknown kind would go unanswered."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, vocabulary, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.privacy_requests."""
    return build_suite(
        "raw.privacy_requests",
        volume(),
        plausible_times("requested_at"),
        vocabulary("kind", ("erase", "access", "restrict"), 1.0),
    )
