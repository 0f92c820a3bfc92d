"""Units as numbers in [0, 1) that look random and are always the same: the hash that GrowthBook's SDKs publish.

With the same seed and unit any of those SDKs finds the same number, so that a site can assign its visitors by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]
_OFFSET, _PRIME = np.uint32(0x811C9DC5), np.uint32(0x01000193)
# a code point beyond the last unit is a pair of surrogates
_LAST_UNIT, _HIGH, _LOW = np.uint32(0xFFFF), np.uint32(0xD800 - (0x10000 >> 10)), np.uint32(0xDC00)
_AT_ONCE = 500
_BUCKETS = {1: 1_000, 2: 10_000}


def hash_units(seed: str, units: Sequence[str] | Array, version: Literal[1, 2] = 2) -> Array:
    """Return a number for each unit, (n,) float64: one of 10,000 in [0, 1), of 1,000 by version 1.

    Version 2 is fnv1a32(str(fnv1a32(seed + unit))) % 10000 / 10000, version 1, which namespaces are still hashed by,
    fnv1a32(unit + seed) % 1000 / 1000. seed: what tells one experiment's numbers from another's. units: (n,) texts,
    hashed by UTF-16 code unit, as JavaScript has them and GrowthBook's SDKs agree on.

    Source: GrowthBook, "Build Your Own SDK", hash, and its cases.json.
    """
    hashed = np.empty(len(units), dtype=np.uint32)
    # an array of texts is as wide as its longest: one long id shall not widen all the others
    order = np.argsort([len(unit) for unit in units], kind="stable")
    for begin in range(0, len(order), _AT_ONCE):
        places = order[begin : begin + _AT_ONCE]
        hashed[places] = _hash_texts(
            seed, np.array([units[place] for place in places], dtype=np.str_), version
        )
    buckets = _BUCKETS[version]
    return (hashed % buckets) / buckets


def _hash_texts(seed: str, texts: Array, version: Literal[1, 2]) -> Array:
    if version == 1:
        return _fnv1a32(np.array([seed]), _fnv1a32(texts, _OFFSET))
    (begin,) = _fnv1a32(np.array([seed]), _OFFSET)
    return _fnv1a32(_fnv1a32(texts, begin).astype(np.str_), _OFFSET)


def _fnv1a32(texts: Array, begin: np.uint32 | Array) -> Array:
    """The 32-bit FNV-1a hash of each text's UTF-16 units, (n,) uint32. begin: the hash of what stands before it.

    Source: Fowler, Noll and Vo, "The FNV Non-Cryptographic Hash Algorithm", draft-eastlake-fnv.
    """
    width = texts.dtype.itemsize // 4
    codes = np.ascontiguousarray(texts).view(np.uint32).reshape(len(texts), width)
    lengths = np.strings.str_len(texts)
    hashed = np.broadcast_to(begin, np.broadcast_shapes(np.shape(begin), texts.shape))
    has_pairs = codes.size > 0 and codes.max() > _LAST_UNIT
    for place in range(width):
        code, is_inside = codes[:, place], lengths > place
        if has_pairs:
            is_pair = code > _LAST_UNIT
            high = (hashed ^ (_HIGH + (code >> 10))) * _PRIME
            hashed = np.where(is_pair, high, hashed)
            code = np.where(is_pair, _LOW + (code & 0x3FF), code)
        hashed = np.where(is_inside, (hashed ^ code) * _PRIME, hashed)
    return hashed
