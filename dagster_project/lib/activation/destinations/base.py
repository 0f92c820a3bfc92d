"""What all destinations have in common: a name, patience, and where their secrets come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.activation.delivery.engine import Policy
from dagster_project.lib.activation.delivery.targets import PermanentError
from dagster_project.lib.activation.names import NAME

_VARIABLE = re.compile(r"\$\{(\w+)\}")
ROW_TABLES = ["activation.customer_recommendations", "activation.segment_memberships"]
"""What a destination is sent that names no tables."""


class Named(BaseModel):
    """Any destination."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=NAME, description="How the log of deliveries calls it.", examples=["newsletter"]
    )


class Remote(Named):
    """A destination that is reached over a network, row by row."""

    attempts: int = Field(
        default=5, ge=1, le=20, description="How often a batch is tried before the delivery is given up."
    )
    pause_seconds: float = Field(
        default=1,
        ge=0,
        le=600,
        description="The pause before the second try; each further one is twice as long.",
    )
    timeout_seconds: float = Field(default=30, gt=0, description="How long an answer may take.")
    rows_per_second: float | None = Field(
        default=None, gt=0, description="At most so many, where the destination takes no more."
    )
    most_removed: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="The largest share of its rows that a night may remove; a hundred always may, all never.",
    )

    @property
    def policy(self) -> Policy:
        """How the engine is to treat it."""
        return Policy(self.attempts, self.pause_seconds, self.rows_per_second, self.most_removed)


@dataclass(frozen=True)
class Secrets:
    """What the environment holds, for the places of destinations.yml that name a variable."""

    environment: Mapping[str, str]

    def fill(self, text: str) -> str:
        """Replace each `${NAME}`. PermanentError where the environment has no such name."""
        missing = sorted({name for name in _VARIABLE.findall(text) if name not in self.environment})
        if missing:
            raise PermanentError(f"the environment of the night does not have {', '.join(missing)}")
        return _VARIABLE.sub(lambda found: self.environment[found[1]], text)
