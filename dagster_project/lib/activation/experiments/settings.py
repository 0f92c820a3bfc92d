"""What a file of `experiments/` says: what is tried on whom, how it is measured, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from dagster_project.lib.activation.experiments.covariates import find_covariate
from dagster_project.lib.activation.experiments.factors import (
    Control,
    Factors,
    Weight,
    expect_text,
    find_control,
)
from dagster_project.lib.activation.experiments.metrics import ID, Metric
from dagster_project.lib.activation.experiments.targeting import Targeting
from dagster_project.lib.activation.experiments.tried_lists import TriedList, expect_makeable
from dagster_project.lib.activation.names import expect_unique
from models_ml.experiments.factors import combine_levels, weigh_variants

Unit = Literal["customer", "visitor"]
AssignedBy = Literal["kindred", "exposures"]
Policy = Literal["rollout", "thompson"]
VariantName = Annotated[str, StringConstraints(pattern=ID)]


class Experiment(BaseModel):
    """The whole file."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"oneOf": [{"required": ["variants"]}, {"required": ["factors"]}]},
    )

    experiment_id: str = Field(
        pattern=ID,
        description="How templates and results call it, and the seed of the hash that assigns units.",
    )
    hypothesis: str = Field(min_length=1, description="What is expected to change, and why.")
    unit: Unit = Field(description="What is assigned: known customers, or visitors of the site.")
    assigned_by: AssignedBy | None = Field(
        default=None,
        description="kindred: by its hash. exposures: by another tool, whose exports experiments/exposures say who saw"
        " what. Without it: by that tool, if its exposures are there before Kindred has assigned anybody.",
    )
    factors: Factors | None = Field(
        default=None,
        description="In place of variants: factor -> level -> weight. Each combination of levels is a variant, such as"
        " person-large, whose weight is the product of its levels'.",
        examples=[{"subject": {"person": 1, "product": 1}, "image": {"large": 1, "none": 1}}],
    )
    variants: dict[VariantName, Weight] = Field(
        default={},
        validate_default=True,
        min_length=2,
        description="Name -> weight, a positive number; shares are weights over their sum. Left out with factors.",
    )
    control: Control = Field(description="The variant, or the level of each factor, to compare with.")
    recommendations: TriedList | None = Field(
        default=None,
        description="A list of recommendations that each variant has made by a strategy of its own. Without it, and for"
        " whoever has no variant, lists are those of the night.",
    )
    policy: Policy | None = Field(
        default=None,
        description="What may change weights for those who come new. rollout: a decision to ship gives a variant to all"
        " of them, one to stop to none. thompson: every night each variant has its chance to be the best by the goal."
        " Without it: nothing.",
    )
    smallest_share: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="What thompson leaves to every variant, as a share of an equal one: 0.1 of two variants is 0.05.",
    )
    metrics: list[Metric] = Field(min_length=1, description="By what variants are compared.")
    covariate: str | None = Field(
        default=None,
        description="Figure of a unit before it took part, by which results vary less: a metric's name, total_revenue,"
        " order_count, or such as revenue_90_days.",
    )
    targeting: Targeting | list[str] = Field(
        default=Targeting(), description="Segments who may take part, or which may and which may not."
    )
    namespace: tuple[str, float, float] | None = Field(
        default=None,
        description="Name, begin and end between 0 and 1: experiments whose ranges of one name do not overlap have no"
        " unit in common.",
        examples=[["mails", 0, 0.5]],
    )
    holdout: float = Field(default=0.0, ge=0, lt=1, description="Share of units that get no variant at all.")
    guardrails: list[Metric | str] = Field(
        default=[], description="What must not get worse: metrics of their own, or names of those above."
    )
    starts_at: datetime | None = Field(default=None, description="From when units are assigned, UTC.")
    ends_at: datetime | None = Field(
        default=None, description="From when none is assigned and none is shown a variant any more, UTC."
    )

    @field_validator("variants", mode="wrap")
    @classmethod
    def _are_named_or_combined(
        cls, variants: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> dict[str, float]:
        factors = info.data.get("factors")
        if factors is not None and variants:
            raise ValueError("an experiment has variants, or factors whose combinations are its variants")
        if factors is None and not variants:
            raise ValueError("name two variants or more, or factors whose combinations are the variants")
        return handler(expect_text(variants)) if factors is None else weigh_variants(factors)

    @field_validator("starts_at", "ends_at", mode="before")
    @classmethod
    def _is_a_date(cls, at: object) -> object:
        if isinstance(at, int | float):
            raise ValueError("write a date, such as 2026-06-01")  # noqa: TRY004 - likewise
        return at

    # each looks at what stands above it, so that an error names the line of its own key
    @field_validator("control", mode="before")
    @classmethod
    def _is_a_combination(cls, control: object, info: ValidationInfo) -> object:
        factors = info.data.get("factors")
        return control if factors is None else find_control(control, factors)

    @field_validator("control")
    @classmethod
    def _is_a_variant(cls, control: str, info: ValidationInfo) -> str:
        variants = info.data.get("variants", {control: 1})
        if control not in variants:
            raise ValueError(f"{control!r} is no variant: {', '.join(variants)}")
        return control

    @field_validator("recommendations")
    @classmethod
    def _can_be_made(cls, tried: TriedList | None, info: ValidationInfo) -> TriedList | None:
        if tried is not None:
            expect_makeable(tried, info.data)
        return tried

    @field_validator("policy")
    @classmethod
    def _is_ours_to_change(cls, policy: Policy | None, info: ValidationInfo) -> Policy | None:
        if policy is not None and info.data.get("assigned_by") == "exposures":
            raise ValueError(
                "the tool that assigns has the weights: leave policy out, or assigned_by: exposures"
            )
        return policy

    @field_validator("metrics")
    @classmethod
    def _are_told_apart(cls, metrics: list[Metric]) -> list[Metric]:
        expect_unique([metric.name for metric in metrics], "metric")
        return metrics

    @field_validator("covariate")
    @classmethod
    def _is_a_figure(cls, covariate: str | None, info: ValidationInfo) -> str | None:
        names = [metric.name for metric in info.data.get("metrics", [])]
        if covariate is not None and covariate not in names:
            find_covariate(covariate, names)
        return covariate

    @field_validator("guardrails")
    @classmethod
    def _are_metrics(cls, guardrails: list[Metric | str], info: ValidationInfo) -> list[Metric | str]:
        names = [metric.name for metric in info.data.get("metrics", [])]
        own = [guard.name for guard in guardrails if isinstance(guard, Metric)]
        expect_unique([*names, *own], "metric")
        for guard in guardrails:
            if isinstance(guard, str) and guard not in names:
                raise ValueError(f"{guard!r} is no metric: {', '.join(names)}")
        return guardrails

    @field_validator("namespace")
    @classmethod
    def _is_a_range(cls, namespace: tuple[str, float, float] | None) -> tuple[str, float, float] | None:
        if namespace is not None and not 0 <= namespace[1] < namespace[2] <= 1:
            raise ValueError("begins at 0 or later, before its end, which is 1 or earlier")
        return namespace

    @field_validator("starts_at", "ends_at")
    @classmethod
    def _in_utc(cls, at: datetime | None) -> datetime | None:
        if at is None or at.tzinfo is None:
            return at
        try:
            return at.astimezone(UTC).replace(tzinfo=None)
        except OverflowError:
            raise ValueError("that is before the year 1 or after 9999 in UTC") from None

    @field_validator("ends_at")
    @classmethod
    def _after_its_start(cls, ends_at: datetime | None, info: ValidationInfo) -> datetime | None:
        starts_at = info.data.get("starts_at")
        if ends_at is not None and starts_at is not None and ends_at <= starts_at:
            raise ValueError("it ends before it starts")
        return ends_at

    @property
    def measured(self) -> list[tuple[Metric, bool]]:
        """Every metric with whether it is a guardrail, the goal first."""
        guards = {guard for guard in self.guardrails if isinstance(guard, str)}
        own = [(guard, True) for guard in self.guardrails if isinstance(guard, Metric)]
        return [(metric, metric.name in guards) for metric in self.metrics] + own

    @property
    def levels(self) -> dict[str, dict[str, str]]:
        """Variant -> factor -> level, of an experiment with factors; else nothing."""
        return combine_levels(self.factors) if self.factors else {}

    @property
    def strategies(self) -> dict[str, str]:
        """Variant -> strategy of its list, of an experiment on recommendations; else nothing."""
        tried, levels = self.recommendations, self.levels
        return (
            {name: tried.strategy_of(name, levels.get(name, {})) for name in self.variants} if tried else {}
        )

    @property
    def audience(self) -> Targeting:
        """Who may take part."""
        return self.targeting if isinstance(self.targeting, Targeting) else Targeting(segments=self.targeting)

    def is_running(self, at: datetime) -> bool:
        """Whether units are assigned at this instant (UTC, naive)."""
        return (self.starts_at is None or self.starts_at <= at) and (
            self.ends_at is None or at < self.ends_at
        )
