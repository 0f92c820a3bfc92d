"""What must hold before lifecycles are published: everybody is in a state, since a plausible time."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import always_filled, build_suite, filled, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of marts.customer_lifecycle."""
    return build_suite(
        "marts.customer_lifecycle",
        volume(),
        always_filled("customer_id", "state"),
        filled("changed_at", 0.5),
        plausible_times("changed_at"),
    )
