"""What a file of `experiments/` says of factors: several things that are varied at once, each by itself.

Here belongs what may be written of them, and which variants that makes. What each factor did is
`models_ml.experiments.readouts`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from models_ml.experiments.factors import name_variant

MOST_VARIANTS = 64
"""Combinations that an experiment may have: each needs units of its own."""
Weight = Annotated[float, Field(gt=0, le=1_000_000, strict=True, allow_inf_nan=False)]


def expect_text(names: object) -> object:
    """Return a mapping as it is. ValueError where YAML reads one of its names as something else than text."""
    for name in names if isinstance(names, dict) else ():
        if not isinstance(name, str):
            # pydantic makes a fault of a ValueError alone
            raise ValueError(f"YAML reads a name as {name!r}; put it in quotes")  # noqa: TRY004
    return names


def _expect_usable(factors: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    for factor in factors:
        if hasattr(dict, factor):
            raise ValueError(
                f"templates take factors.{factor} for a method of mappings; give {factor!r} another name"
            )
    variants = prod(len(levels) for levels in factors.values())
    if variants > MOST_VARIANTS:
        raise ValueError(
            f"that makes {variants} combinations, each of which needs units of its own; {MOST_VARIANTS} are allowed"
        )
    return factors


# templates name a factor, as factors.subject
FactorName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
# without the hyphen that stands between levels in a variant's name, no two combinations can have one name
LevelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$")]
LevelWeights = Annotated[dict[LevelName, Weight], Field(min_length=2), BeforeValidator(expect_text)]
Factors = Annotated[
    dict[FactorName, LevelWeights],
    Field(min_length=1),
    BeforeValidator(expect_text),
    AfterValidator(_expect_usable),
]
Control = Annotated[
    str,
    WithJsonSchema(
        {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}
    ),
]
"""A variant's name, of which a file with factors writes the levels."""


def find_control(control: object, factors: Mapping[str, Mapping[str, float]]) -> str:
    """Return the combination that a mapping of factors to levels names. ValueError where it names none, or several."""
    if not isinstance(control, dict):
        example = ", ".join(f"{factor}: {next(iter(levels))}" for factor, levels in factors.items())
        raise ValueError(f"of an experiment with factors it names a level of each, such as {{{example}}}")  # noqa: TRY004
    for factor in control:
        if factor not in factors:
            raise ValueError(f"{factor!r} is no factor: {', '.join(factors)}")
    for factor, levels in factors.items():
        if factor not in control:
            raise ValueError(f"it names no level of {factor}: {', '.join(levels)}")
        if control[factor] not in list(levels):
            raise ValueError(f"{control[factor]!r} is no level of {factor}: {', '.join(levels)}")
    return name_variant({factor: control[factor] for factor in factors})
