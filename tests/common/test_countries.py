"""What people write for a country."""

from __future__ import annotations

import pytest

from dagster_project.lib.common.countries import country_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("GB", "GB"),
        (" uk ", "GB"),
        ("England", "GB"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("Deutschland", "DE"),
        ("DEU", "DE"),
        ("276", "DE"),
        ("Österreich", "AT"),
        ("Oesterreich", "AT"),
        ("espana", "ES"),
        ("Côte d’Ivoire", "CI"),
        ("Korea, Republic of", "KR"),
        ("Bosnia and Herzegovina", "BA"),
        ("The Netherlands", "NL"),
        ("日本", "JP"),
        ("Россия", "RU"),
    ],
)
def test_codes_and_names_in_many_languages_are_one_country(written, code):
    assert country_code(written) == code


@pytest.mark.parametrize("written", ["Narnia", "XX", "EU", "", "n/a", "unknown", "150"])
def test_what_is_no_country_is_none(written):
    assert country_code(written) is None
