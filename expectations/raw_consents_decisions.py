"""What must hold when consent decisions arrive. Their words are judged where they are translated, in staging."""

from __future__ import annotations

import great_expectations as gx

from expectations.common import build_suite, plausible_times, volume


def suite() -> gx.ExpectationSuite:
    """The suite of raw.consents_decisions."""
    return build_suite("raw.consents_decisions", volume(), plausible_times("decided_at"))
