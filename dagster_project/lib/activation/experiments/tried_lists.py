"""What a file of `experiments/` says of recommendations: which list is tried, and by which strategy for each variant.

Here belongs what may be written of it, in one file and beside others. Lists are made by personalization, which reads
what `tables` writes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from dagster_project.lib.activation.experiments.factors import expect_text
from models_ml.recommendations.strategy_names import Strategy


class TriedList(BaseModel):
    """The strategies of one list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list: Literal["for_you", "discover"] = Field(
        default="for_you", description="The list that variants have made differently."
    )
    factor: str | None = Field(
        default=None, description="Of an experiment with factors: the one whose levels name strategies."
    )
    strategies: Annotated[dict[str, Strategy], BeforeValidator(expect_text)] = Field(
        description="Variant, or level of the factor -> what makes its list. hybrid leaves it as the night makes it.",
        examples=[{"ranker": "hybrid", "plain": "blend"}],
    )

    def strategy_of(self, variant: str, levels: Mapping[str, str]) -> str:
        """Return what makes the list of a variant. levels: of an experiment with factors, factor -> its level."""
        return self.strategies[variant if self.factor is None else levels[self.factor]]


def expect_makeable(tried: TriedList, said: Mapping[str, Any]) -> None:
    """ValueError unless Kindred can make the list of each variant, and of nothing else.

    said: what the file says before it: unit, assigned_by, factors and variants, those of them that are right.
    """
    if said.get("unit") == "visitor":
        raise ValueError("lists are made of customers: say unit: customer")
    if said.get("assigned_by") == "exposures":
        raise ValueError(
            "Kindred makes the lists of those it assigns itself: leave out assigned_by: exposures"
        )
    if not said.keys() >= {"factors", "variants"}:
        return
    factors = said["factors"] or {}
    if tried.factor is not None and not factors:
        raise ValueError("factor is for experiments with factors; here strategies name variants")
    if factors and tried.factor not in factors:
        raise ValueError(f"of an experiment with factors, factor names one of them: {', '.join(factors)}")
    what = "variant" if tried.factor is None else f"level of {tried.factor}"
    names = said["variants"] if tried.factor is None else factors[tried.factor]
    for name in tried.strategies:
        if name not in names:
            raise ValueError(f"{name!r} is no {what}: {', '.join(names)}")
    for name in names:
        if name not in tried.strategies:
            raise ValueError(f"the {what} {name!r} has no strategy; hybrid leaves its list as it is")
