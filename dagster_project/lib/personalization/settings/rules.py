"""The rules that `recommendations.yml` may ask of lists, each with its defaults.

Here belongs what a rule may say. What it does to a list belongs to `models_ml.recommendations.reranking`, and which
products it means to product_selections.py.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LONGEST = 50
"""Slots of a list of products."""
ListName = Literal["for_you", "discover"]
LISTS: tuple[ListName, ...] = ("for_you", "discover")
KINDS = ("products", "categories", "brands", "tags")


class Part(BaseModel):
    """A part of the file: a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Selection(Part):
    """Products, by any of these; a product that one of them names is meant."""

    products: list[str] = Field(default=[], description="product ids")
    categories: list[str] = Field(
        default=[], description="categories or subcategories as in marts.dim_products, such as Tea"
    )
    brands: list[str] = Field(default=[], description="brands as in marts.dim_products")
    tags: list[str] = Field(
        default=[], description="single tags; in the catalogue they are separated by a comma, ; or |"
    )

    @model_validator(mode="after")
    def _names_something(self) -> Selection:
        if not any(getattr(self, kind) for kind in KINDS):
            raise ValueError(f"name some {', '.join(KINDS[:-1])} or {KINDS[-1]}")
        return self


class _InLists(Selection):
    lists: list[ListName] = Field(
        default=["for_you", "discover"], min_length=1, description="the lists in which the rule holds"
    )


class PinSetting(_InLists):
    """One of the selected products stands at a rank: the customer's best of them."""

    rank: int = Field(ge=1, le=LONGEST, description="the place in the list, 1 the first")


class BoostSetting(_InLists):
    """The scores of the selected products are multiplied."""

    factor: float = Field(
        gt=0,
        le=1000,
        description="above 1 raises, below 1 buries; a score below zero is divided by it, with the same effect",
    )


class PromotionSetting(Part):
    """How many slots promotions take, in the first n slots for every n."""

    of: Literal["discounted"] | Selection = Field(
        default="discounted",
        description="what counts as a promotion: discounted, which is a price below list_price, or products, "
        "categories, brands or tags",
    )
    minimum_share: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="of the first n slots at least this share, as long as there are any",
    )
    maximum_share: float = Field(
        default=1.0, ge=0, le=1, description="of the first n slots at most this share, rounded up"
    )

    @model_validator(mode="after")
    def _shares_are_in_order(self) -> PromotionSetting:
        if self.minimum_share > self.maximum_share:
            raise ValueError("minimum_share is above maximum_share")
        return self


class CapSetting(Part):
    """At most so many of a category in the first slots."""

    at_most: int = Field(ge=1, description="so many products of one category")
    first: int = Field(default=LONGEST, ge=1, le=LONGEST, description="in so many first slots")
    categories: list[str] = Field(
        default=[], description="the categories it holds for, each by itself; left out, every category"
    )


class DiversitySetting(Part):
    """Maximal marginal relevance: products unlike those above them move up."""

    relevance: float = Field(
        default=0.7,
        ge=0,
        le=1,
        description="lambda of maximal marginal relevance: 1 is the model's order, 0 looks at likeness alone",
    )
    over: Literal["category", "taste"] = Field(
        default="category",
        description="what makes two products alike: one category, or the model's factors, which customers share",
    )


class ExplorationSetting(Part):
    """A share of slots for products drawn by lot, with the probability of each in the column propensity."""

    share: float = Field(ge=0, le=0.5, description="of the first n slots, rounded down, this share")
    pool: Literal["next_best", "new_arrivals"] | Selection = Field(
        default="next_best",
        description="what lots are drawn among: next_best, the customer's candidates just below the list; "
        "new_arrivals, which are available_from for new_days at most; or products, categories, brands or tags",
    )
    new_days: int = Field(default=30, ge=1, description="how long a product is a new arrival, in days")
