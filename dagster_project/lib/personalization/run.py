"""A run of this stage: what everything that it writes says of where it came from, and where artefacts lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """run_id: the orchestrator's. computed_at: naive UTC, written and never calculated with. folder: of artefacts."""

    run_id: str
    computed_at: datetime
    folder: Path
