"""What must hold when CRM customers arrive: someone to reach, and a time line that can be true."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, filled, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.crm_customers."""
    return build_suite(
        "raw.crm_customers",
        volume(),
        plausible_times("created_at"),
        plausible_times("updated_at"),
        filled("email", 0.3),
        filled("last_name", 0.3),
    )
