"""What people write for a country, as its ISO 3166 code.

Belongs here: which languages are asked, and the names that no list of countries holds. The names themselves are the
Unicode CLDR's, out of `babel`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "da", "sv", "nb", "fi", "cs", "sk", "hu", "ro", "bg", "el", "hr",
    "sl", "sr", "et", "lv", "lt", "uk", "ru", "tr", "ar", "he", "hi", "id", "vi", "th", "zh", "ja", "ko",
)  # fmt: skip
_FILLERS = frozenset({"and", "the", "of"})
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_OTHER_NAMES = {
    "america": "US", "united states america": "US", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "great britain": "GB", "britain": "GB", "holland": "NL",
    "czech republic": "CZ", "republic ireland": "IE", "eire": "IE", "korea": "KR",
    "republic korea": "KR", "korea republic": "KR", "korea south": "KR",
    "russian federation": "RU", "uae": "AE", "burma": "MM", "ivory coast": "CI",
    "macedonia": "MK", "swaziland": "SZ", "cape verde": "CV", "peoples republic china": "CN", "viet nam": "VN",
    "brd": "DE", "bundesrepublik deutschland": "DE", "osterreich": "AT", "oesterreich": "AT", "tuerkei": "TR",
}  # fmt: skip


def country_code(country: str) -> str | None:
    """ISO 3166 alpha-2, such as DE for `Deutschland`, `DEU`, `276`, `de` or `Germany`; None for what is no country."""
    text = _fold(country)
    code = text.upper()
    if len(code) == 2 and code in _codes():
        return code
    known = _aliases().get(code)
    return known or _OTHER_NAMES.get(text) or _names_in("en").get(text) or _names().get(text)


def _fold(text: str) -> str:
    """Lower case, without accents, signs and the words that lists of countries write or leave out."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = re.sub(r"[\W_]+", " ", re.sub(r"[.'’]", "", plain.casefold())).split()
    return " ".join(word for word in words if word not in _FILLERS)


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names_in("en").values())


@cache
def _aliases() -> dict[str, str]:
    """Three letters, three digits and codes that were, for those which one country took over."""
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    return {alias: now[0] for alias, now in aliases.items() if len(now) == 1 and now[0] in _codes()}


@cache
def _names_in(language: str) -> dict[str, str]:
    from babel import Locale

    territories = Locale(language).territories
    return {_fold(name): code for code, name in territories.items() if _is_country(code)}


@cache
def _names() -> dict[str, str]:
    """In all the languages; of a name that two countries have, the first language's counts."""
    return {name: code for language in reversed(_LANGUAGES) for name, code in _names_in(language).items()}


def _is_country(code: str) -> bool:
    return len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
