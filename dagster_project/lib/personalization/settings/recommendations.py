"""What `recommendations.yml` of the config folder asks of lists beyond the model's order; its defaults stand here.

Here belongs what the file may say. What the rules do to a list belongs to `models_ml.recommendations.reranking`, and
which products they mean to product_selections.py. What single customers shall not get is in
reranking/exclusions.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.personalization.settings.content import ContentSettings
from dagster_project.lib.personalization.settings.rules import (
    LONGEST,
    BoostSetting,
    CapSetting,
    DiversitySetting,
    ExplorationSetting,
    ListName,
    Part,
    PinSetting,
    PromotionSetting,
    Selection,
)

FILE = "recommendations.yml"
_OF_MODELS = {"content", "ranking", "objective", "measured_by"}
"""What says how models learn and are measured, and leaves the order of their lists alone."""


class RecommendationSettings(Part):
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
    ranking: Literal["learned", "blend"] = Field(
        default="learned",
        description="what orders the candidates: a ranker that is learned anew every night, or the blend of tastes, "
        "habits and popularity alone, which is ready sooner and less accurate",
    )
    objective: Literal["conversion", "engagement", "retention"] = Field(
        default="conversion",
        description="what the ranker learns to foresee: purchases; carts and looks too; or, in for_you, purchases of "
        "what was bought before",
    )
    measured_by: list[Literal["gender", "age_band"]] = Field(
        default=[],
        description="what customers are told apart by where lists are measured, beside their segments",
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
        """Whether anything is asked of the lists beyond the model's order."""
        return self.model_dump(exclude=_OF_MODELS) != RecommendationSettings().model_dump(exclude=_OF_MODELS)

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
