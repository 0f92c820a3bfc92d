"""Which encoding a text file is written in: by its mark, by what can be decoded, and only then by likeness."""

from __future__ import annotations

import codecs
import io

from dagster_project.lib.ingestion.arrival.headers import open_content
from dagster_project.lib.ingestion.arrival.landing import LandedFile

_CHUNK = 1 << 20
_ENOUGH = 1 << 16
"""Bytes of lines with other letters than English ones that are looked at."""
_WESTERN = "cp1252"
_CANDIDATES = [_WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r"]
_CANDIDATES += ["shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"]
_FEW = 0.1
"""Up to this share of odd lines, a file is UTF-8 with bad rows rather than of another encoding."""


def find_encoding(file: LandedFile) -> tuple[str, bool]:
    """The encoding by Python's name, and whether it is a guess.

    A file with bytes that are not UTF-8 is read to its end, since the first such byte may be the last one.
    """
    with open_content(file) as stream:
        start = stream.read(_CHUNK)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", False
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8", False
    nul_places = [start[:_ENOUGH][parity::2].count(0) for parity in (0, 1)]
    if sum(nul_places) > len(start[:_ENOUGH]) / 4:
        return ("utf-16-be" if nul_places[0] > nul_places[1] else "utf-16-le"), True
    odd, other = _lines_beyond_ascii(file)
    if len(odd) <= _FEW * (len(odd) + other):
        return "utf-8", False
    return _likeliest(b"".join(odd)), True


def _lines_beyond_ascii(file: LandedFile) -> tuple[list[bytes], int]:
    """Lines that are not UTF-8, at most _ENOUGH bytes of them, and the count of those beyond ASCII that are."""
    odd: list[bytes] = []
    size = other = 0
    with open_content(file) as stream, io.BufferedReader(stream) as lines:  # type: ignore[arg-type]
        for line in lines:
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                other += 1
            except UnicodeDecodeError:
                odd.append(line[:_ENOUGH])
                size += len(odd[-1])
                if size > _ENOUGH:
                    break
    return odd, other


def _likeliest(text: bytes) -> str:
    """What most exports of the West are in, unless another encoding makes clearly better words of it."""
    from charset_normalizer import from_bytes

    found = {match.encoding: match for match in from_bytes(text, cp_isolation=_CANDIDATES)}
    best = next(iter(found.values()), None)
    western = found.get(_WESTERN)
    if best is None or best.encoding == _WESTERN:
        return _WESTERN
    if western is not None and best.coherence <= western.coherence + 0.1:
        return _WESTERN
    try:
        return _WESTERN if text.decode(_WESTERN) == text.decode(best.encoding) else best.encoding
    except UnicodeDecodeError:
        return best.encoding
