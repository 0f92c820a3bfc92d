"""What one test says of two variants, whichever test it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """The numbers of one test; None is what it does not have, or what could not be told.

    standard_error, ci_low, ci_high: of the treatment's mean less the control's. chance_to_beat, chance_best: between 0
    and 1. expected_loss: in the metric's unit.
    """

    standard_error: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    chance_to_beat: float | None = None
    chance_best: float | None = None
    expected_loss: float | None = None


UNKNOWN = Comparison()
"""Too few units, or nothing that varies."""
