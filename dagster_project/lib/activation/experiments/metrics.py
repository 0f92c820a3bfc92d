"""What a file of `experiments/` says of one metric: which events count, how, and for how long."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ID = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
"""A variant's name is a part of files' names, and of campaign ids that e-mail tools send back."""
Kind = Literal["conversion", "mean", "ratio", "count"]
UNWANTED = ("bounce", "refund", "unsubscribe")
"""Events that a shop wants fewer of."""


class Metric(BaseModel):
    """One figure by which variants are compared."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=ID, description="How results call it.", examples=["revenue"])
    kind: Kind = Field(
        description="conversion: whether a unit has such an event; count: how many; mean: the sum of their values, a"
        " unit; ratio: the sum of their values by their number."
    )
    event_name: str = Field(min_length=1, description="Which events count.", examples=["purchase"])
    value: str | None = Field(
        default=None,
        min_length=1,
        description="An event's value, of a mean or ratio: revenue, price, quantity, engagement_ms, scroll_percent, or"
        " a key of its parameters.",
        examples=["revenue"],
    )
    window_days: float = Field(
        default=7, gt=0, le=365, description="Days from a unit's first exposure in which events count."
    )

    is_lower_better: bool | None = Field(
        default=None,
        strict=True,
        description="Whether less of it is better; so it is of unsubscribe, refund and bounce where nothing is said.",
    )

    @property
    def is_fall_wanted(self) -> bool:
        """Whether a rise is for the worse."""
        return self.event_name in UNWANTED if self.is_lower_better is None else self.is_lower_better

    @model_validator(mode="after")
    def _has_a_value(self) -> Metric:
        if self.kind in ("mean", "ratio") and self.value is None:
            raise ValueError(f"a {self.kind} needs a value, the column that it is of")
        return self
