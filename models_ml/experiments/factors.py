"""Factors: things that are varied at once and independently of each other; every combination of levels is a variant.

Here belongs how combinations are named and weighed. Who gets which is `assignment`'s, as of any variants, and what each
factor did `readouts`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import prod

Factors = Mapping[str, Mapping[str, float]]
"""Factor -> level -> weight, a positive number of any scale."""
Levels = dict[str, str]
"""Factor -> level."""
BETWEEN_LEVELS = "-"


def name_variant(levels: Mapping[str, str]) -> str:
    """Return the name of a combination: its levels in the order of factors. No level may have BETWEEN_LEVELS in it.

    >>> name_variant({"subject": "person", "image": "large"})
    'person-large'
    """
    return BETWEEN_LEVELS.join(levels.values())


def combine_levels(factors: Factors) -> dict[str, Levels]:
    """Return each variant with its level of every factor, the last factor's levels changing fastest."""
    combined = (dict(zip(factors, levels, strict=True)) for levels in product(*factors.values()))
    return {name_variant(levels): levels for levels in combined}


def weigh_variants(factors: Factors) -> dict[str, float]:
    """Return the weight of each variant, the product of its levels': so factors are drawn independently.

    >>> weigh_variants({"subject": {"person": 1, "product": 3}, "image": {"large": 1, "none": 2}})
    {'person-large': 1, 'person-none': 2, 'product-large': 3, 'product-none': 6}
    """
    return {
        variant: prod(factors[factor][level] for factor, level in levels.items())
        for variant, levels in combine_levels(factors).items()
    }
