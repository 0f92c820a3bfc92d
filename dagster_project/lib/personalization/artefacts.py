"""Artefact files: one .npz and one .json for each version of the recommender, in a folder the caller names.

Here belongs where the files lie, that they appear whole or not at all, and how many are kept. What is in them is said
by `models_ml.recommendations.artefact`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models_ml.recommendations.recommender import Recommender

_PREFIX = "recommender_"


def save_artefact(folder: Path, recommender: Recommender, description: dict[str, Any]) -> Path:
    """Write both files of a version, arrays first, readable by their owner only; return the path of the arrays."""
    from models_ml.recommendations.artefact import write_recommender

    folder.mkdir(parents=True, exist_ok=True)
    arrays = _path(folder, description["model_version"])
    text = json.dumps(description, indent=2, sort_keys=True)
    _replace(arrays, lambda stream: write_recommender(recommender, stream))
    _replace(arrays.with_suffix(".json"), lambda stream: stream.write(text.encode()))
    return arrays


def load_artefact(folder: Path, model_version: str) -> Recommender:
    """Return the recommender of a version; FileNotFoundError where it is not there, ValueError where it is broken."""
    from models_ml.recommendations.artefact import read_recommender

    arrays = _path(folder, model_version)
    description = json.loads(arrays.with_suffix(".json").read_text())
    with arrays.open("rb") as stream:
        return read_recommender(stream, description)


def remove_other_artefacts(folder: Path, kept: Collection[str]) -> None:
    """Remove the files of every version that is not kept."""
    names = {_path(folder, version).stem for version in kept}
    for path in folder.glob(f"{_PREFIX}*"):
        if path.stem not in names:
            path.unlink()


def _path(folder: Path, model_version: str) -> Path:
    return folder / f"{_PREFIX}{model_version}.npz"


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file under another name, then rename it, so that a kill leaves the old one or the new one."""
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
