"""What a `template.yml` says: what a template is, for whom, which blocks stand in it and which values it chooses."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.activation.names import NAME

Kind = Literal["email", "homepage", "landing_page", "banner"]


class Block(BaseModel):
    """A part of the page with a place of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=NAME, description="The file blocks/<name>.html, and blocks/<name>.txt in the text."
    )
    when: str = Field(default="true", description="It is left out for whom this does not hold.")
    priority: str = Field(
        default="0",
        description="A number for each customer; blocks stand in falling order of it, equal ones as listed.",
        examples=["2 if intent == 'transactional' else 0", "scores.churn_probability"],
    )


class Choice(BaseModel):
    """One of several values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: str = Field(default="true", description="The value is taken where this holds and none above did.")
    value: str | dict[str, str] = Field(description="A text, or several by name, such as label and url.")


class TemplateSettings(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind = Field(description="What it is; an e-mail needs a subject.txt and a body.txt.")
    description: str = Field(default="", description="A sentence for those who choose among templates.")
    audience: list[str] = Field(
        default=[],
        description="Segments for whose members a page is rendered every night.",
    )
    experiment: str | None = Field(
        default=None, description="Experiment whose variants it has; who is in it is shown their own."
    )
    browser: bool = Field(
        default=False,
        description="Whether pages may ask the read API for it by themselves, so that anybody may read any visitor's.",
    )
    blocks: list[Block] = Field(default=[], description="What `blocks` holds in the body, rendered.")
    choices: dict[str, list[Choice]] = Field(
        default={},
        description="Names for the body, each with the first value whose condition holds; the last one has none.",
    )
