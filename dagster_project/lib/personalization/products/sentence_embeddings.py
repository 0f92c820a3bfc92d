"""Vectors of a sentence-embedding model that the user supplies as a folder. Nothing is ever downloaded.

Here belongs loading that model, which is reading files and so has no place in `models_ml`. Whether its vectors serve is
decided there, by the same measure as for all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.fingerprints import hash_text

if TYPE_CHECKING:
    import numpy as np

_EXTRA = "kindred[embeddings]"


def embed_sentences(texts: Sequence[str], folder: Path) -> np.ndarray[Any, Any]:
    """Return the model's vectors of texts, texts x dimensions of the model, rows of length 1, or 0 for blank texts.

    Raises KindredError where the folder is not there or the extra is not installed.
    """
    if not folder.is_dir():
        raise KindredError(
            f"recommendations.yml: content.embedding_model: there is no folder {folder.name}",
            "name the folder of a sentence-transformers model on this machine, or leave the key out",
        )
    try:
        library = import_module("sentence_transformers")
    except ImportError as error:
        raise KindredError(
            "recommendations.yml: content.embedding_model needs a package that is not installed",
            f"run `pip install '{_EXTRA}'`, or leave the key out",
        ) from error
    import numpy as np

    from models_ml.recommendations.content.tfidf import unit_rows

    model = library.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    vectors = model.encode(list(texts), batch_size=64, show_progress_bar=False, convert_to_numpy=True)
    has_text = np.array([bool(text.strip()) for text in texts])
    return unit_rows(np.where(has_text[:, None], vectors, 0.0))


def describe_model(folder: Path) -> str:
    """Return a hash of the names and sizes of the model's files, by which another model is told from this one."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hash_text(*(f"{path.relative_to(folder)} {path.stat().st_size}" for path in files))
