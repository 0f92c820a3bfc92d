"""What a version of a propensity model is: what was planned for it, what it is called and what its record says.

Training and the choice between versions belong to score_training.py, files to artefacts.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from models_ml.propensity.tasks import Cutoffs, Task


@dataclass(frozen=True)
class Plan:
    """What is learnt, at which cutoffs, and whether its probabilities are calibrated."""

    task: Task
    cutoffs: Cutoffs
    is_calibrated: bool


def describe(plan: Plan, as_of: datetime, rival: str | None) -> dict[str, Any]:
    """Return what is recorded of a version beside its arrays; rival: what it was found worse than."""
    from models_ml.propensity.features import FEATURES

    return {
        "as_of": as_of.isoformat(),
        "horizon_days": plan.task.horizon_days,
        "scale": plan.task.scale,
        "cutoff_days": list(plan.cutoffs.all),
        "is_calibrated": plan.is_calibrated,
        "features": list(FEATURES),
        "worse_than": rival,
    }


def hash_arrays(*arrays: np.ndarray[Any, Any]) -> str:
    """Return a digest of shapes and values."""
    digest = sha256()
    for array in arrays:
        digest.update(str(array.shape).encode() + array.tobytes())
    return digest.hexdigest()


def name_version(plan: Plan, data_hash: str) -> str:
    """Return 16 hex digits that depend on the data, the plan and the code's version only."""
    from models_ml.propensity.model import CODE_VERSION

    task, cutoffs = plan.task, list(plan.cutoffs.all)
    described = [task.name, task.horizon_days, cutoffs, data_hash, plan.is_calibrated, CODE_VERSION]
    return sha256(json.dumps(described).encode()).hexdigest()[:16]
