"""How advertising, testing and mail tools want lists of customers: columns, normalization, hashes and whose consent.

Sources: Google, "Format your customer data file" (Customer Match) and the normalization of its Ads API; Meta, "How to
format a customer list"; Adobe, "Bulk Profile Update API"; Optimizely, "List attributes"; the import pages of Klaviyo
and Mailchimp. Each query reads `members`, which has the customers of the list who consent.
"""

from __future__ import annotations

from dataclasses import dataclass

_DIGEST = "^(sha256:)?[0-9a-f]{64}$"
"""What a contract has left of a value that it keeps as its hash alone."""


def _hashed(text: str, column: str) -> str:
    """The hash of a normalized value; a column that holds a hash already gives that."""
    return (
        f"case when regexp_matches({column}, '{_DIGEST}') then right({column}, 64)"
        f" else sha256(nullif({text}, '')) end"
    )


def _plain(column: str) -> str:
    """A value that must be readable: null where a hash is all that was kept."""
    return f"case when not regexp_matches({column}, '{_DIGEST}') then {column} end"


_TRIMMED = "regexp_replace(lower(trim({0})), '\\s+', ' ', 'g')"
_LETTERS = "regexp_replace(lower({0}), '[^\\p{{L}}\\p{{N}}]', '', 'g')"
_GOOGLE_EMAIL = """
    case when split_part(lower(trim(email)), '@', 2) in ('gmail.com', 'googlemail.com')
        then replace(split_part(lower(trim(email)), '@', 1), '.', '') || '@' || split_part(lower(trim(email)), '@', 2)
        else lower(trim(email)) end
"""


@dataclass(frozen=True)
class Layout:
    """One tool's file. purpose: whose consent a customer must have given. columns: as SQL over `members`."""

    purpose: str
    columns: dict[str, str]
    one_file_a_segment: bool = True
    has_header: bool = True
    verbatim: frozenset[str] = frozenset()
    """Columns that a spreadsheet could take for a formula and the tool must get as they are."""
    needs: str = "true"
    """Who can be matched at all."""
    most_rows: int | None = None
    """Rows of one file. Adobe takes half a million, and 50 MB, which a hundred bytes a row would pass."""


_READABLE = f"email is not null and not regexp_matches(email, '{_DIGEST}')"
LAYOUTS = {
    "google_customer_match": Layout(
        "advertising",
        {
            "Email": _hashed(_GOOGLE_EMAIL, "email"),
            "Phone": _hashed("phone_e164", "phone"),
            "First Name": _hashed(_TRIMMED.format("first_name"), "first_name"),
            "Last Name": _hashed(_TRIMMED.format("last_name"), "last_name"),
            "Country": "country_code",
            "Zip": "postal_code",
        },
        needs="coalesce(email, phone) is not null",
    ),
    "meta_custom_audience": Layout(
        "advertising",
        {
            "email": _hashed("lower(trim(email))", "email"),
            "phone": _hashed("ltrim(phone_e164, '+')", "phone"),
            "fn": _hashed(_LETTERS.format("first_name"), "first_name"),
            "ln": _hashed(_LETTERS.format("last_name"), "last_name"),
            "zip": _hashed("split_part(replace(lower(postal_code), ' ', ''), '-', 1)", "postal_code"),
            "ct": _hashed(_LETTERS.format("city"), "city"),
            "country": _hashed("lower(country_code)", "country"),
        },
        needs="coalesce(email, phone) is not null",
    ),
    "adobe_target": Layout(
        "personalization",
        {
            "batch=thirdPartyId": "url_encode(customer_id)",
            "primarySegment": "url_encode(primary_segment)",
            "segments": "url_encode(array_to_string(segments, '|'))",
            "topCategory": "url_encode(top_category)",
            "recommendations": "url_encode(array_to_string(products, '|'))",
        },
        one_file_a_segment=False,
        most_rows=150_000,
    ),
    "optimizely": Layout(
        "personalization",
        {"id": "unnest(visitors)"},
        has_header=False,
        verbatim=frozenset({"id"}),
        needs="len(visitors) > 0",
    ),
    "klaviyo": Layout(
        "marketing_email",
        {
            "Email": "trim(email)",
            "First Name": _plain("first_name"),
            "Last Name": _plain("last_name"),
            "Phone Number": "phone_e164",
            "City": "city",
            "Region": "region",
            "Country": "coalesce(country_code, country)",
            "Zip Code": "postal_code",
            "Primary Segment": "primary_segment",
            "Segments": "array_to_string(segments, ', ')",
            "Recommended Products": "array_to_string(products, ', ')",
        },
        one_file_a_segment=False,
        verbatim=frozenset({"Phone Number"}),
        needs=_READABLE,
    ),
    "mailchimp": Layout(
        "marketing_email",
        {
            "Email Address": "trim(email)",
            "First Name": _plain("first_name"),
            "Last Name": _plain("last_name"),
            "Phone Number": "phone_e164",
            "Tags": "array_to_string(segments, ',')",
        },
        one_file_a_segment=False,
        verbatim=frozenset({"Phone Number"}),
        needs=_READABLE,
    ),
}
