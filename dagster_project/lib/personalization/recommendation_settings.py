"""What `recommendations.yml` of the config folder asks of lists beyond the model's order; its defaults stand here.

Here belongs what the file may say. What the rules do to a list belongs to `models_ml.recommendations.reranking`, and
which products they mean to product_selections.py. What single customers shall not get is in
recommendation_exclusions.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.personalization.content_settings import ContentSettings

FILE = "recommendations.yml"
LONGEST = 50
"""Slots of a list of products."""
ListName = Literal["for_you", "discover"]
LISTS: tuple[ListName, ...] = ("for_you", "discover")
KINDS = ("products", "categories", "brands", "tags")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selection(_Part):
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


class PromotionSetting(_Part):
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


class CapSetting(_Part):
    """At most so many of a category in the first slots."""

    at_most: int = Field(ge=1, description="so many products of one category")
    first: int = Field(default=LONGEST, ge=1, le=LONGEST, description="in so many first slots")
    categories: list[str] = Field(
        default=[], description="the categories it holds for, each by itself; left out, every category"
    )


class DiversitySetting(_Part):
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


class ExplorationSetting(_Part):
    """A share of slots for products drawn by lot, with the probability of each in the column propensity."""

    share: float = Field(ge=0, le=0.5, description="of the first n slots, rounded down, this share")
    pool: Literal["next_best", "new_arrivals"] | Selection = Field(
        default="next_best",
        description="what lots are drawn among: next_best, the customer's candidates just below the list; "
        "new_arrivals, which are available_from for new_days at most; or products, categories, brands or tags",
    )
    new_days: int = Field(default=30, ge=1, description="how long a product is a new arrival, in days")


class RecommendationSettings(_Part):
    """The whole file; every key is optional, and nothing of it is on until it is asked for."""

    lengths: dict[ListName, int] = Field(
        default={},
        description=f"by list, how many products it holds, 1 to {LONGEST}; {LONGEST} where nothing is said",
    )
    exclude: Selection | None = Field(
        default=None, description="what is recommended to nobody, in no list of products"
    )
    repeatable: Selection | None = Field(
        default=None,
        description="what may stand in for_you although it was bought; left out, everything that never_again does "
        "not name",
    )
    never_again: Selection | None = Field(
        default=None, description="what for_you leaves out once it was bought, as discover always does"
    )
    pins: list[PinSetting] = Field(
        default=[], description="products at fixed ranks; of two that claim one rank the first that can holds"
    )
    boosts: list[BoostSetting] = Field(
        default=[], description="factors on scores; those of a product that several name are multiplied"
    )
    promotions: PromotionSetting | None = Field(
        default=None, description="the share of slots that promotions take"
    )
    category_caps: list[CapSetting] = Field(
        default=[], description="how many of a category the first slots hold at most"
    )
    diversity: DiversitySetting | None = Field(
        default=None, description="products unlike those above them move up, at a cost in accuracy"
    )
    exploration: ExplorationSetting | None = Field(
        default=None, description="slots for products drawn by lot, at a cost in accuracy"
    )
    content: ContentSettings = Field(
        default=ContentSettings(), description="how the texts of products are read"
    )
    candidates: int = Field(
        default=200,
        ge=LONGEST,
        le=1000,
        description="how many of each customer's best products the rules choose among; without rules it is unused",
    )

    @model_validator(mode="after")
    def _lengths_fit(self) -> RecommendationSettings:
        if any(not 1 <= length <= LONGEST for length in self.lengths.values()):
            raise ValueError(f"lengths are 1 to {LONGEST}")
        return self

    @property
    def asks(self) -> bool:
        """Whether anything is asked of the lists."""
        return self.model_copy(update={"content": ContentSettings()}) != RecommendationSettings()

    @property
    def reranks(self) -> bool:
        """Whether anything is asked for that needs more candidates than a list is long."""
        return bool(
            self.pins
            or self.boosts
            or self.promotions
            or self.category_caps
            or self.diversity
            or (self.exploration and self.exploration.share)
        )


def load_recommendation_settings(config_dir: Path) -> RecommendationSettings:
    """Read `recommendations.yml`; no file means the defaults. KindredError names file, line and remedy.

    Folders that are not absolute are taken below the config folder.
    """
    path = config_dir / FILE
    if not path.exists():
        return RecommendationSettings()
    settings = parse(RecommendationSettings, *read_yaml(path), path)
    return settings.model_copy(update={"content": settings.content.below(config_dir)})
