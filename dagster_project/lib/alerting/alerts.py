"""An alert and its causes, as data and as text. No value of a row is ever part of one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from dagster_project.lib.common.progress import count_of
from dagster_project.lib.publication.report.masking import mask_addresses

Topic = Literal["failed_night", "blocked_publication", "anomalies", "trial"]
_MOST_TOLD = 20
"""More causes than these are counted: one missing export moves hundreds of columns."""
_HEADLINES: Mapping[Topic, str] = {
    "failed_night": "The night failed",
    "blocked_publication": "Nothing was published: a gate was not passed",
    "anomalies": "The night is unlike earlier ones",
    "trial": "A trial",
}


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong."""

    subject: str
    """What it is about: a step of the night, or a table or feed, and what of it."""
    what: str
    remedy: str
    guide: str
    """Where docs say more of it: file and anchor."""
    severity: Literal["warn", "error"] = "error"


@dataclass(frozen=True)
class Alert:
    """What people are told at once. as_of: UTC without zone, None where the night did not come to have an instant."""

    topic: Topic
    run_id: str
    as_of: datetime | None
    causes: tuple[Cause, ...]

    def keep(self, causes: tuple[Cause, ...]) -> Alert:
        """The same with some of its causes."""
        return replace(self, causes=causes)

    def name(self, cause: Cause) -> str:
        """Names a cause the same each time it comes, whatever its figures are."""
        return hashlib.sha256(f"{self.topic}\0{cause.subject}".encode()).hexdigest()[:16]

    @property
    def headline(self) -> str:
        """One line."""
        night = f" ({self.as_of:%Y-%m-%d %H:%M} UTC)" if self.as_of else ""
        return f"{_HEADLINES[self.topic]}{night}"

    @property
    def text(self) -> str:
        """The whole in words: a line for what is wrong and one for what to do, cause by cause."""
        lines = [self.headline, ""]
        for cause in self.causes[:_MOST_TOLD]:
            lines += [f"{cause.severity}: {cause.subject}: {cause.what}", f"  {cause.remedy} ({cause.guide})"]
        if len(self.causes) > _MOST_TOLD:
            lines.append(f"and {count_of(len(self.causes) - _MOST_TOLD, 'more cause')}")
        lines += ["", f"run {self.run_id}"]
        return mask_addresses("\n".join(lines))

    @property
    def document(self) -> dict[str, Any]:
        """The same for programs: `text` for whoever shows no more, and each cause by its parts."""
        return {
            "topic": self.topic,
            "text": self.text,
            "as_of": f"{self.as_of.isoformat()}Z" if self.as_of else None,
            "run_id": self.run_id,
            "causes": [
                {name: mask_addresses(value) for name, value in vars(cause).items()} for cause in self.causes
            ],
        }
