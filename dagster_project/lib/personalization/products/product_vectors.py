"""Product vectors: made once of a night's texts, kept as an artefact, and read by whoever needs them.

Here belongs the order of the steps: read, fit each model, measure, choose, keep. The models are in
`models_ml.recommendations.content`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.personalization import artefacts, model_records
from dagster_project.lib.personalization.marts import create_audience
from dagster_project.lib.personalization.products import product_data
from dagster_project.lib.personalization.products.sentence_embeddings import describe_model, embed_sentences
from dagster_project.lib.personalization.settings.content import ContentSettings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from duckdb import DuckDBPyConnection
    from scipy.sparse import csr_matrix

    from models_ml.recommendations.content.choose import MeasuredVectors

    Array = np.ndarray[Any, Any]

MODEL = "content"
TOUCH_DECAY_DAYS = 60.0

_CODE_VERSION = 1
"""Raised by hand when equal texts no longer give equal vectors."""
_SEED = 20240229


@dataclass(frozen=True)
class ProductVectors:
    """One vector an item (products, articles, guides and videos), and how they were made.

    items: product ids, sorted. vectors: items x dimensions, float32, rows of length 1 or 0. method: the model chosen.
    measured: how well each model foretold what customers touch together; empty where there was too little to measure.
    """

    items: Array
    vectors: Array
    method: str
    model_version: str
    measured: list[MeasuredVectors]

    def of(self, products: Array) -> Array:
        """Return the vectors of products by id, products x dimensions; 0 for those that are no items."""
        import numpy as np
        import pandas as pd

        position = pd.Index(self.items).get_indexer(pd.Index(products.astype(object)))
        padded = np.vstack([self.vectors, np.zeros((1, self.vectors.shape[1]), dtype=np.float32)])
        return padded[position]


def make_product_vectors(
    connection: DuckDBPyConnection,
    folder: Path,
    settings: ContentSettings | None = None,
    as_of: datetime | None = None,
    method: str | None = None,
) -> ProductVectors:
    """Return the vectors of the catalogue, fitted where no artefact in `folder` was made of the same texts and touches.

    as_of: reviews and touches after it are not seen; the night's instant where None. method: the one to use; None for
    the best by measure. Creates the temporary tables of the audience and of the items.
    """
    settings = settings or ContentSettings()
    as_of = as_of or read_as_of(connection)
    create_audience(connection)
    product_data.create_items(connection)
    texts = product_data.read_texts(connection, as_of)
    touched = product_data.read_touches(connection, as_of, TOUCH_DECAY_DAYS)
    version = _name_version(texts, touched, settings)
    for name in (version, f"{version}_{method}")[: 2 if method else 1]:
        with suppress(FileNotFoundError, ValueError):
            found = _load(folder, name)
            if method in (None, found.method):
                return found
    version = f"{version}_{method}" if method else version
    made = _fit(texts, touched, settings, version, method)
    description = {
        "model_version": version,
        "method": made.method,
        "measured": [vars(each) for each in made.measured],
    }
    arrays = {"items": made.items.astype(str), "vectors": made.vectors}
    artefacts.save_arrays(folder, MODEL, version, arrays, description)
    return made


def serve_product_vectors(connection: DuckDBPyConnection, folder: Path) -> ProductVectors:
    """Return the vectors that the night recorded as its own, or those of the catalogue where none are to be had.

    Items that came after they were made have no vector in them, see `ProductVectors.of`.
    """
    champion = model_records.read_champion(connection, MODEL)
    try:
        return _load(folder, champion[0] if champion else "none")
    except (FileNotFoundError, ValueError):
        return make_product_vectors(connection, folder)


def _load(folder: Path, version: str) -> ProductVectors:
    from models_ml.recommendations.content.choose import MeasuredVectors

    arrays, description = artefacts.load_arrays(folder, MODEL, version)
    measured = [MeasuredVectors(**each) for each in description["measured"]]
    items = arrays["items"].astype(object)
    return ProductVectors(items, arrays["vectors"], description["method"], version, measured)


def _fit(
    texts: pd.DataFrame, touched: csr_matrix, settings: ContentSettings, version: str, method: str | None
) -> ProductVectors:
    from models_ml.recommendations.content.choose import choose_vectors
    from models_ml.recommendations.content.documents import FIELDS, collect_documents
    from models_ml.recommendations.content.lsa import embed_lsa
    from models_ml.recommendations.content.tfidf import embed_tfidf, weigh_terms
    from models_ml.recommendations.content.word2vec import embed_word2vec

    documents = collect_documents(texts)
    terms = weigh_terms(documents)
    models: dict[str, Callable[[], Array]] = {
        "tfidf": lambda: embed_tfidf(terms, seed=_SEED),
        "lsa": lambda: embed_lsa(terms, seed=_SEED),
        "word2vec": lambda: embed_word2vec(documents, terms, seed=_SEED),
    }
    model_folder = settings.embedding_model
    if model_folder is not None:
        joined = texts[list(FIELDS)].fillna("").agg(". ".join, axis=1).str.strip(". ").tolist()
        models["sentence_embeddings"] = lambda: embed_sentences(joined, model_folder)
    vectors = {name: make() for name, make in models.items() if method in (None, name)}
    chosen, measured = choose_vectors(vectors, touched, seed=_SEED)
    items = texts["product_id"].to_numpy(dtype=object)
    prefixed = [replace(each, method=f"{MODEL}_{each.method}") for each in measured]
    return ProductVectors(items, vectors[chosen], chosen, version, prefixed)


def _name_version(texts: pd.DataFrame, touched: csr_matrix, settings: ContentSettings) -> str:
    """Return 16 hex digits that depend on the texts, the touches, the settings and the code's version only."""
    import numpy as np

    digest = sha256(f"{_CODE_VERSION}\1".encode())
    for column in sorted(set(texts.columns) - {"is_active", "item_type"}):
        digest.update("\0".join(texts[column].fillna("").astype(str).tolist()).encode() + b"\1")
    for values in (touched.indptr, touched.indices, touched.data):
        digest.update(np.ascontiguousarray(values).tobytes() + b"\1")
    if settings.embedding_model is not None:
        digest.update(describe_model(settings.embedding_model).encode())
    return digest.hexdigest()[:16]
