"""What must hold when customers' stated preferences arrive."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.crm_preferences."""
    return build_suite(
        "raw.crm_preferences",
        volume(),
        plausible_times("updated_at"),
    )
