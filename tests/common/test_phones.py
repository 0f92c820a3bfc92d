"""Telephone numbers in international form; the expected ones are published examples of their countries."""

from __future__ import annotations

import pytest

from dagster_project.lib.common.phones import e164


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        # Ofcom's, the FCC's, the Bundesnetzagentur's and the Arcep's numbers for drama
        ("020 7946 0958", "GB", "+442079460958"),
        ("(201) 555-0133", "US", "+12015550133"),
        ("030 23125 024", "DE", "+493023125024"),
        ("06 39 98 00 53", "FR", "+33639980053"),
        # phonenumbers' own readme
        ("020 8366 1177", "GB", "+442083661177"),
        ("+442083661177", "FR", "+442083661177"),
        ("+1-650-253-2222 ext. 4567", "GB", "+16502532222"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        # Italy keeps its zero
        ("06 6982 1234", "IT", "+390669821234"),
    ],
)
def test_a_number_is_read_by_the_plan_of_its_country(phone, country, expected):
    assert e164(phone, country) == expected


@pytest.mark.parametrize(
    "phone",
    [
        "+44 (0)20 7946 0958",
        "0044 20 7946 0958",
        "442079460958",
        "442079460958.0",
        "+44 20 7946 0958 x12",
        "020 7946 0958 / 020 7946 0959",
        "020 7946 0958; 020 7946 0959",
    ],
)
def test_what_exports_do_to_a_number_makes_no_difference(phone):
    assert e164(phone, "GB") == "+442079460958"


def test_a_plus_that_an_export_lost_is_put_back_where_the_country_has_no_such_number():
    assert e164("442079460958", "US") == e164("442079460958", "ZZ") == "+442079460958"


def test_two_zeros_stand_for_a_plus_also_where_people_dial_something_else():
    assert e164("0044 20 7946 0958", "US") == e164("0044 20 7946 0958", "ZZ") == "+442079460958"


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("020 7946 0958", "ZZ"),
        ("555-0133", "US"),
        ("4.42079E+11", "GB"),
        ("n/a", "GB"),
        ("", "GB"),
        ("0123", "GB"),
        ("+999 123456", "GB"),
    ],
)
def test_what_has_no_international_form_is_none(phone, country):
    assert e164(phone, country) is None
