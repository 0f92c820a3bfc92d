"""What a file of `experiments/` says of who may take part. Who is in a segment is `candidates`'."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Targeting(BaseModel):
    """Who may take part."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    segments: list[str] = Field(
        default=[], description="Members of any of these; everybody where it names none."
    )
    not_segments: list[str] = Field(default=[], description="But no member of any of these.")
