"""Telephone numbers in international form, by the rules of every country's numbering plan.

Belongs here: what exports do to a number, and the order of readings. The plans themselves are `phonenumbers`'.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_SEVERAL = re.compile(r"[;|,]|\s/\s|\sor\s", re.IGNORECASE)
_TRUNK = re.compile(r"\(0\)")
_EXPONENT = re.compile(r"^\d([.,]\d+)?e\+?\d+$", re.IGNORECASE)


def e164(phone: str, country: str) -> str | None:
    """The number in E.164 form, such as +442079460958, without extension; None where it is no possible number.

    phone: as written; of several numbers the first counts. country: ISO 3166 alpha-2 of who wrote it, or ZZ for
    unknown: then only numbers with their country's code are read. A number that fits the country's plan is read so;
    else one that fits the world's with a plus in front, since exports lose it; else one of possible length. A number
    that can only be dialled locally has no international form.
    """
    import phonenumbers

    text = _prepare(phone)
    if text is None:
        return None
    number = _parse(text, country)
    if number is not None and phonenumbers.is_valid_number(number):
        return _format(number)
    digits = re.sub(r"\D", "", text)
    if not text.startswith("+") and len(digits) >= 11 and not digits.startswith("0"):
        abroad = _parse(f"+{digits}", country)
        if abroad is not None and phonenumbers.is_valid_number(abroad):
            return _format(abroad)
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is not None and phonenumbers.is_possible_number_with_reason(number) == possible:
        return _format(number)
    return None


def _prepare(phone: str) -> str | None:
    """One number, with a plus where it says its country; None where a spreadsheet rounded its digits away."""
    text = phone.strip().removesuffix(".0")
    if _EXPONENT.match(text):
        return None
    first = _SEVERAL.split(text)[0]
    if len(re.sub(r"\D", "", first)) >= 7:
        text = first.strip()
    if text.startswith("00"):
        text = f"+{text[2:]}"
    return _TRUNK.sub("", text) if text.startswith("+") else text


def _parse(text: str, country: str) -> PhoneNumber | None:
    import phonenumbers

    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _format(number: PhoneNumber) -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
