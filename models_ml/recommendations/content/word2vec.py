"""Word2Vec, trained on the shop's own texts: words get vectors by the company they keep, products the mean of theirs.

Here belong the training and the mean. The words of a product are a bag, so the window is wide.
The method: Mikolov et al. 2013, "Distributed Representations of Words and Phrases"; means by rarity and without what
all have in common: Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import numpy as np

from models_ml.recommendations.content.tfidf import WeighedTerms, unit_rows

DIMENSIONS = 64
_WINDOW = 10
_WORDS_TO_SEE = 1_000_000
"""Words times passes over them: what training may cost, however large the catalogue."""
_MOST_PASSES = 30


def embed_word2vec(
    documents: Sequence[Sequence[str]], terms: WeighedTerms, dimensions: int = DIMENSIONS, *, seed: int
) -> np.ndarray[Any, Any]:
    """Return the mean of the vectors of each product's words, weighed by TF-IDF, products x `dimensions`.

    documents: the words that `terms` was weighed from; those outside its vocabulary are left out. Of a catalogue that
    has more words than training may see, every second (third, ...) product is trained on. The mean of all products is
    taken off each. One thread, seeded, and hashed by what Python's hash seed has no say in, so that equal
    documents give equal vectors.
    """
    products = len(documents)
    vocabulary = set(terms.terms.tolist())
    sentences = [[word for word in document if word in vocabulary] for document in documents]
    words = sum(map(len, sentences))
    if words == 0:
        return np.zeros((products, dimensions), dtype=np.float32)
    from gensim.models import Word2Vec

    step = -(-words // _WORDS_TO_SEE)
    model = Word2Vec(
        sentences[::step],
        vector_size=dimensions,
        window=_WINDOW,
        min_count=1,
        sg=1,
        workers=1,
        seed=seed,
        hashfxn=_hash_text,
        epochs=int(np.clip(_WORDS_TO_SEE // words, 1, _MOST_PASSES)),
    )
    of_words = np.zeros((len(terms.terms), dimensions), dtype=np.float32)
    for place, word in enumerate(terms.terms):
        if word in model.wv:
            of_words[place] = model.wv[word]
    has_words = np.diff(terms.weights.indptr)[:, None] > 0
    means = terms.weights @ of_words
    common = means.sum(axis=0) / has_words.sum()
    return unit_rows(np.where(has_words, means - common, 0.0))


def _hash_text(text: str) -> int:
    return crc32(text.encode())
