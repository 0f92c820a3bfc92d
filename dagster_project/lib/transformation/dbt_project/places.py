"""The order in which models stand one above the other, by the folders that they lie in.

The layers are those of the folders, but that intermediate steps stand in three places: below the facts, between the
facts and what is told of every customer, and among the marts that put several such tables together.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

LAYERS = ("staging", "intermediate", "marts", "segments", "activation", "quality")
PLACES = ("staging", "intermediate", "facts", "aspects", *LAYERS[2:])
"""The lowest first: a model reads its own place or those below."""

_ASPECTS = ("sessions", "features", "interests", "lifecycle", "recommendations", "content")
_AMONG_MARTS = ("profiles", "experiments")


def layer_of(model: Mapping[str, Any]) -> str:
    """Of a model of the manifest, the folder of `dbt/models` that it lies in."""
    return Path(model["path"]).parts[0]


def place_of(model: Mapping[str, Any]) -> str:
    """Of a model of the manifest, which of `PLACES` it stands in."""
    layer, folder = Path(model["path"]).parts[:2]
    if layer == "marts" and model["name"].startswith(("dim_", "fct_")):
        return "facts"
    if layer == "intermediate" and folder in _ASPECTS:
        return "aspects"
    return "marts" if layer == "intermediate" and folder in _AMONG_MARTS else layer
