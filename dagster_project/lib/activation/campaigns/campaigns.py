"""What `campaigns.yml` says: who is written to, what begins it, in which steps, and what ends it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.lib.activation.names import NAME, expect_unique
from dagster_project.lib.common.config_files import parse, read_yaml

FILE = "campaigns.yml"
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Audience(BaseModel):
    """Who may be in a campaign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    segments: list[str] = Field(
        default=[], description="Members of any of these; everybody where it names none."
    )
    not_segments: list[str] = Field(default=[], description="But no member of any of these.")


class Schedule(BaseModel):
    """When a campaign goes out by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weekday: Weekday = Field(description="Day of the week.")
    hour: int = Field(ge=0, le=23, description="Hour of that day, UTC.")


class Trigger(BaseModel):
    """What puts a customer into a campaign: exactly one of the three."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    segment: str | None = Field(
        default=None, description="Entering this segment.", examples=["abandoned_carts"]
    )
    event: str | None = Field(default=None, description="An event of this name.", examples=["sign_up"])
    schedule: Schedule | None = Field(default=None, description="The clock, for the whole audience.")

    @model_validator(mode="after")
    def _is_one(self) -> Trigger:
        if sum(part is not None for part in (self.segment, self.event, self.schedule)) != 1:
            raise ValueError("name exactly one of segment, event and schedule")
        return self


class Step(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template: str = Field(pattern=NAME, description="Folder in templates, of kind email.")
    offer: str | None = Field(
        default=None, pattern=NAME, description="The message's only offer; who may not have it gets none."
    )
    after_hours: float = Field(default=0, ge=0, le=720, description="Hours from what began it.")


class Exit(BaseModel):
    """What ends a campaign for a customer before its last step."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purchase: bool = Field(default=True, description="An order or a purchase event since it began.")
    left_segment: bool = Field(default=True, description="Leaving the segment that began it.")
    events: list[str] = Field(default=[], description="Other events that end it.")


class Campaign(BaseModel):
    """One campaign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME, description="How links, logs and reports call it.")
    description: str = Field(default="", description="A sentence for those who read the report.")
    audience: Audience = Field(default=Audience(), description="Who may be in it.")
    trigger: Trigger = Field(description="What begins it.")
    steps: list[Step] = Field(min_length=1, description="Messages, in their order.")
    exit: Exit = Field(default=Exit(), description="What ends it early.")
    holdout: float = Field(
        default=0.0, ge=0, lt=1, description="Share of customers who get nothing, to compare with."
    )
    expires_hours: float = Field(
        default=72, gt=0, le=720, description="A message that could not go for so long goes no more."
    )
    again_after_days: float = Field(
        default=0,
        ge=0,
        le=365,
        description="Days after its last message until it may begin anew for a customer.",
    )
    priority: int = Field(
        default=100, description="Where caps leave room for one message, the lower number goes."
    )

    @model_validator(mode="after")
    def _steps_follow_each_other(self) -> Campaign:
        if self.trigger.event == "purchase" and self.exit.purchase:
            raise ValueError("what a purchase begins would be ended by it; write exit: {purchase: false}")
        delays = [step.after_hours for step in self.steps]
        if delays != sorted(delays):
            raise ValueError("a step comes no earlier than the one before it")
        return self


class Caps(BaseModel):
    """How many marketing e-mails one customer gets at most, whatever the campaigns."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_day: int = Field(default=1, ge=1, description="On one day, UTC.")
    per_week: int = Field(default=3, ge=1, description="In any seven days.")


class Campaigns(BaseModel):
    """The whole file; without one nobody is written to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    campaigns: list[Campaign] = Field(default=[], description="Each with a name of its own.")
    caps: Caps = Field(default=Caps(), description="Limits over all campaigns.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Campaigns:
        expect_unique([campaign.name for campaign in self.campaigns], "campaign")
        return self


def load_campaigns(config_dir: Path) -> Campaigns:
    """Read `campaigns.yml`. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(Campaigns, *read_yaml(path), path) if path.exists() else Campaigns()
