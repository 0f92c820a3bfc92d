"""TF-IDF, LSA and Word2Vec: golden values, lengths of rows, and that nothing but the texts decides them."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_ml.recommendations.content.lsa import embed_lsa
from models_ml.recommendations.content.tfidf import embed_tfidf, weigh_terms
from models_ml.recommendations.content.word2vec import embed_word2vec

MUGS = [["red", "mug", "red"], ["mug"], ["red", "hat"], []]
WORDS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=12)


def every_model(documents: list[list[str]]) -> dict[str, np.ndarray]:
    terms = weigh_terms(documents)
    return {
        "tfidf": embed_tfidf(terms, seed=1),
        "lsa": embed_lsa(terms, seed=1),
        "word2vec": embed_word2vec(documents, terms, 8, seed=1),
    }


def topics() -> list[list[str]]:
    """Forty products of two topics that share no word."""
    generator = np.random.default_rng(3)
    return [[f"{'ab'[n % 2]}{generator.integers(12)}" for _ in range(8)] for n in range(40)]


def test_tfidf_by_hand():
    terms = weigh_terms(MUGS)
    assert terms.terms.tolist() == ["mug", "red"]
    rarity = math.log(1 + 4 / 2)
    mug, red = rarity, (1 + math.log(2)) * rarity
    length = math.hypot(mug, red)
    assert terms.weights.toarray() == pytest.approx(
        np.array([[mug / length, red / length], [1, 0], [0, 1], [0, 0]])
    )
    assert embed_tfidf(terms, seed=1) == pytest.approx(terms.weights.toarray())


def test_the_vocabulary_is_bounded_to_the_words_of_most_products():
    documents = [["a", "b", "c"], ["a", "b"], ["a", "c"], ["d", "a", "b"]]
    assert weigh_terms(documents, most_terms=2).terms.tolist() == ["a", "b"]
    assert weigh_terms(documents).terms.tolist() == ["a", "b", "c"]


def test_a_projected_vocabulary_keeps_cosines_nearly():
    documents = topics()
    terms = weigh_terms(documents)
    exact = terms.weights @ terms.weights.T
    projected = embed_tfidf(terms, 16, seed=1)
    assert projected.shape == (40, 16)
    assert np.abs(projected @ projected.T - exact.toarray()).mean() < 0.25


def test_lsa_of_all_directions_keeps_every_cosine():
    terms = weigh_terms(topics())
    vectors = embed_lsa(terms, seed=1)
    assert vectors @ vectors.T == pytest.approx((terms.weights @ terms.weights.T).toarray(), abs=1e-5)


def test_lsa_finds_words_alike_that_stand_beside_the_same_words():
    documents = [
        ["tea", "cup"],
        ["tea", "mug"],
        ["cup", "saucer"],
        ["mug", "saucer"],
        ["hat", "wool"],
        ["wool", "hat"],
    ]
    vectors = embed_lsa(weigh_terms(documents), 2, seed=1)
    assert vectors[0] @ vectors[3] > 0.9
    assert vectors[0] @ vectors[4] < 0.1


@pytest.mark.parametrize("model", ["tfidf", "lsa", "word2vec"])
def test_products_of_one_topic_are_nearer_to_each_other(model):
    vectors = every_model(topics())[model]
    cosines = vectors @ vectors.T
    own = cosines[::2, ::2][~np.eye(20, dtype=bool)].mean()
    assert own > cosines[::2, 1::2].mean() + 0.2


@settings(max_examples=25, deadline=None)
@given(WORDS)
def test_rows_have_length_one_or_no_shared_words(documents):
    has_words = np.diff(weigh_terms(documents).weights.indptr) > 0
    for name, vectors in every_model(documents).items():
        assert vectors.dtype == np.float32
        assert len(vectors) == len(documents)
        lengths = np.linalg.norm(vectors, axis=1)
        assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0)), name
        assert np.all(lengths[~has_words] == 0)
        assert name == "word2vec" or np.all(lengths[has_words] > 0)


@settings(max_examples=25, deadline=None)
@given(WORDS, st.randoms(use_true_random=False))
def test_the_order_of_products_changes_no_cosine_of_tfidf_and_lsa(documents, random):
    order = list(range(len(documents)))
    random.shuffle(order)
    shuffled = [documents[place] for place in order]
    for model in ("tfidf", "lsa"):
        vectors, others = every_model(documents)[model], every_model(shuffled)[model]
        assert others @ others.T == pytest.approx((vectors @ vectors.T)[np.ix_(order, order)], abs=1e-4)


def test_an_empty_catalogue_has_empty_vectors():
    assert all(len(vectors) == 0 for vectors in every_model([]).values())


def test_vectors_are_the_same_under_any_hash_seed(tmp_path):
    script = (
        "import sys, numpy; sys.path[:0] = [sys.argv[1], sys.argv[2]]; from test_vectors import every_model, topics\n"
        "print({name: vectors.tobytes().hex() for name, vectors in every_model(topics()).items()})"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script, str(Path(__file__).parents[3]), str(Path(__file__).parent)],
            env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(printed) == 1
    assert "word2vec" in printed.pop()


def test_a_large_catalogue_is_trained_on_in_part(monkeypatch):
    monkeypatch.setattr("models_ml.recommendations.content.word2vec._WORDS_TO_SEE", 160)
    documents = topics()
    vectors = embed_word2vec(documents, weigh_terms(documents), 8, seed=1)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0)
