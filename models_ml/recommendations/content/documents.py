"""Documents: the words of a product, in whatever language they are written.

Here belongs what counts as a word and how often each field says it. What words weigh is decided in tfidf.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pandas as pd

FIELDS = ("name", "description", "category", "subcategory", "brand", "tags", "reviews")
"""The columns that texts are taken from; any of them may be absent."""

_WHOLE = ("category", "subcategory", "brand", "tags")
"""Fields whose values mean something as a whole: two products of one brand are closer than two with one word alike."""
_REPETITIONS = {"name": 2}
_MOST_CHARACTERS = 4_000
"""Of one field: what comes later says little that is new, and a single long text must not slow a night down."""

_MARKUP = re.compile(r"<[^>]{0,500}>|&[a-z]{2,8};|&#\d{1,7};")
_VALUES = re.compile(r"[,;|>/]")
_WORDS = re.compile(r"[^\W_]+")
# scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Chinese characters
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")


def collect_documents(texts: pd.DataFrame) -> list[list[str]]:
    """Return the words of each product, one list a row of `texts`, in the order of its rows.

    texts: a row a product, with columns of `FIELDS`; null and blank values say nothing. Words are Unicode words in
    lower case and without differences of width (NFKC), so no language is favoured. Runs of characters of scripts
    that put no spaces between words give their pairs of neighbours instead. Values of categories, brands and tags
    count as words of their own too, such as "brand=north sea".
    """
    documents: list[list[str]] = [[] for _ in range(len(texts))]
    for field in (field for field in FIELDS if field in texts.columns):
        for document, text in zip(documents, texts[field].tolist(), strict=True):
            if not isinstance(text, str) or not text:
                continue
            plain = unicodedata.normalize("NFKC", _MARKUP.sub(" ", text[:_MOST_CHARACTERS])).lower()
            document.extend([*split_words(plain)] * _REPETITIONS.get(field, 1))
            if field in _WHOLE:
                document.extend(f"{field}={value}" for value in _whole_values(plain))
    return documents


def split_words(text: str) -> Iterator[str]:
    """Yield the words of a text in lower case; those of one letter only where they are a script's own word."""
    for word in _WORDS.findall(text):
        runs = _UNSPACED.findall(word)
        if not runs:
            if len(word) > 1:
                yield word
            continue
        for run in runs:
            yield from (run[at : at + 2] for at in range(max(len(run) - 1, 1)))
        yield from (rest for rest in _UNSPACED.split(word) if len(rest) > 1)


def _whole_values(text: str) -> Iterator[str]:
    for value in _VALUES.split(text):
        words = " ".join(value.split())
        if words:
            yield words
