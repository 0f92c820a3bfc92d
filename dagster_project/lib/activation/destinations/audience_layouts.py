"""How advertising, testing and mail tools want lists of customers: columns, normalization, hashes and whose consent.

Sources: Google, "Format your customer data file" (Customer Match) and the normalization of its Ads API; Meta, "How to
format a customer list"; Adobe, "Bulk Profile Update API"; Optimizely, "List attributes"; the import pages of Klaviyo
and Mailchimp. Each query reads `members`, which has the customers of the list who consent.
"""

from __future__ import annotations

from dataclasses import dataclass


def _hashed(text: str) -> str:
    return f"sha256(nullif({text}, ''))"


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
    """Rows that the tool takes in one file."""


LAYOUTS = {
    "google_customer_match": Layout(
        "advertising",
        {
            "Email": _hashed(_GOOGLE_EMAIL),
            "Phone": _hashed("phone"),
            "First Name": _hashed(_TRIMMED.format("first_name")),
            "Last Name": _hashed(_TRIMMED.format("last_name")),
            "Country": "upper(country)",
            "Zip": "postal_code",
        },
        needs="coalesce(email, phone) is not null",
    ),
    "meta_custom_audience": Layout(
        "advertising",
        {
            "email": _hashed("lower(trim(email))"),
            "phone": _hashed("regexp_replace(phone, '\\D', '', 'g')"),
            "fn": _hashed(_LETTERS.format("first_name")),
            "ln": _hashed(_LETTERS.format("last_name")),
            "zip": _hashed("split_part(replace(lower(postal_code), ' ', ''), '-', 1)"),
            "ct": _hashed(_LETTERS.format("city")),
            "country": _hashed("lower(country)"),
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
        most_rows=500_000,
    ),
    "optimizely": Layout(
        "personalization",
        {"id": "unnest(visitors)"},
        has_header=False,
        needs="len(visitors) > 0",
    ),
    "klaviyo": Layout(
        "marketing_email",
        {
            "Email": "email",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Phone Number": "phone",
            "City": "city",
            "Region": "region",
            "Country": "country",
            "Zip Code": "postal_code",
            "Primary Segment": "primary_segment",
            "Segments": "array_to_string(segments, ', ')",
            "Recommended Products": "array_to_string(products, ', ')",
        },
        one_file_a_segment=False,
        verbatim=frozenset({"Phone Number"}),
        needs="email is not null",
    ),
    "mailchimp": Layout(
        "marketing_email",
        {
            "Email Address": "email",
            "First Name": "first_name",
            "Last Name": "last_name",
            "Phone Number": "phone",
            "Tags": "array_to_string(segments, ',')",
        },
        one_file_a_segment=False,
        verbatim=frozenset({"Phone Number"}),
        needs="email is not null",
    ),
}
