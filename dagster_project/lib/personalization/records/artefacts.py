"""Artefact files: one .npz and one .json for each version of a model, in a folder the caller names.

Here belongs where the files lie, that they appear whole or not at all, and how many are kept. What is in them is said
by the packages of `models_ml`.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from models_ml.recommendations.hybrid import Hybrid

    Array = np.ndarray[Any, Any]

_RECOMMENDER = "recommender"


def save_artefact(folder: Path, hybrid: Hybrid, description: dict[str, Any]) -> Path:
    """Write both files of a version, arrays first, readable by their owner only; return the path of the arrays."""
    from models_ml.recommendations.artefact import write_recommender

    write = partial(write_recommender, hybrid)
    return _save(_path(folder, _RECOMMENDER, description["model_version"]), write, description)


def load_artefact(folder: Path, model_version: str) -> Hybrid:
    """Return the hybrid of a version; FileNotFoundError where it is not there, ValueError where it is broken."""
    from models_ml.recommendations.artefact import read_recommender

    arrays = _path(folder, _RECOMMENDER, model_version)
    description = json.loads(arrays.with_suffix(".json").read_text())
    try:
        with arrays.open("rb") as stream:
            return read_recommender(stream, description)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError) as error:
        raise ValueError(f"the artefact {arrays.name} is broken ({type(error).__name__})") from None


def has_artefact(folder: Path, model_version: str) -> bool:
    """Whether both files of a recommender's version are there."""
    path = _path(folder, _RECOMMENDER, model_version)
    return path.exists() and path.with_suffix(".json").exists()


def save_arrays(
    folder: Path, model: str, model_version: str, arrays: Mapping[str, Array], description: Mapping[str, Any]
) -> Path:
    """Write a version of a model that is but named arrays, and its description; return the path of the arrays."""
    import numpy as np

    def write(stream: IO[bytes]) -> None:
        np.savez(stream, allow_pickle=False, **dict(arrays))

    return _save(_path(folder, model, model_version), write, description)


def load_arrays(folder: Path, model: str, model_version: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return arrays and description of a version; FileNotFoundError where one of its files is not there.

    ValueError where a file is broken or holds pickled objects.
    """
    import numpy as np

    path = _path(folder, model, model_version)
    description = json.loads(path.with_suffix(".json").read_text())
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}, description
    except (zipfile.BadZipFile, EOFError) as error:
        raise ValueError(f"the artefact {path.name} is broken ({type(error).__name__})") from None


def remove_other_artefacts(folder: Path, kept: Collection[str], model: str = _RECOMMENDER) -> None:
    """Remove the files of every version of a model that is not kept."""
    names = {_path(folder, model, version).stem for version in kept}
    for path in folder.glob(f"{model}_*"):
        if path.stem not in names:
            path.unlink()


def _path(folder: Path, model: str, model_version: str) -> Path:
    return folder / f"{model}_{model_version}.npz"


def _save(path: Path, write: Callable[[IO[bytes]], object], description: Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(description, indent=2, sort_keys=True)
    _replace(path, write)
    _replace(path.with_suffix(".json"), lambda stream: stream.write(text.encode()))
    return path


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file under another name, then rename it, so that a kill leaves the old one or the new one."""
    unfinished = path.with_name(f"{path.name}.partial")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        write(stream)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
