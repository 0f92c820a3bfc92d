"""How the text files of a feed are written: marks, encoding, numbers and times. Pure description.

The SQL that reads values by it is made by casts.
"""

from __future__ import annotations

import codecs
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

_ASCII: JsonDict = {"pattern": "^[\\u0000-\\u007f]$"}
_Text = Annotated[str, Field(min_length=1)]
_OneOrMore = _Text | Annotated[tuple[_Text, ...], Field(min_length=1)]


def _tuple_of(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given or ()


class Dialect(BaseModel):
    """How a text file is written. The defaults are those of RFC 4180."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delimiter: str | None = Field(
        default=None,
        description="Between two fields; default: a comma, in .tsv a tab.",
        min_length=1,
        max_length=1,
        examples=[";"],
    )
    quote: str = Field(
        default='"', description="Around a field.", min_length=1, max_length=1, json_schema_extra=_ASCII
    )
    escape: str = Field(
        default='"',
        description="Before a quote that belongs to the field.",
        min_length=1,
        max_length=1,
        json_schema_extra=_ASCII,
    )
    encoding: str = Field(default="utf-8", description="Any that Python knows, such as utf-16 or cp1252.")
    decimal: Literal[".", ","] | None = Field(
        default=None,
        description="The decimal mark, by default a point. The other one may group thousands: 1.234,50; a lone 1,234"
        " is a thousand only where the point is written here.",
    )
    currency: _OneOrMore | None = Field(
        default=None,
        description="What stands before or behind amounts and is taken away; which currency they are in is the column"
        " `currency`'s to say.",
        examples=["€", ["€", "EUR"]],
    )
    timestamp_format: _OneOrMore | None = Field(
        default=None,
        description="Of times without an offset; default: ISO 8601, or seconds or milliseconds since 1970. Of several"
        " the first that reads a value counts.",
        examples=["%d.%m.%Y %H:%M", ["%d.%m.%Y %H:%M", "%d.%m.%Y"]],
    )
    date_format: _OneOrMore | None = Field(
        default=None, description="Of dates; default: ISO 8601.", examples=["%d.%m.%Y"]
    )

    @property
    def currency_signs(self) -> tuple[str, ...]:
        """What may stand around a number."""
        return _tuple_of(self.currency)

    @property
    def timestamp_formats(self) -> tuple[str, ...]:
        """The declared formats of times, in the order in which they are tried."""
        return _tuple_of(self.timestamp_format)

    @property
    def date_formats(self) -> tuple[str, ...]:
        """The same of dates."""
        return _tuple_of(self.date_format)

    @field_validator("quote", "escape")
    @classmethod
    def _keep_to_ascii(cls, mark: str) -> str:
        if not mark.isascii():
            raise ValueError("only an ASCII character can be that; use one such as \" or '")
        return mark

    @field_validator("encoding")
    @classmethod
    def _know_encoding(cls, encoding: str) -> str:
        try:
            return codecs.lookup(encoding).name
        except LookupError:
            raise ValueError("no encoding of this name; use one such as utf-8, utf-16 or cp1252") from None
