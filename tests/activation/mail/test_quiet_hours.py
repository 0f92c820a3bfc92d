"""Whether it is night where somebody lives."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dagster_project.lib.activation.mail.quiet_hours import is_quiet, zones_of
from dagster_project.lib.activation.mail.settings import QuietHours

DAY, BY_DEFAULT = datetime(2026, 6, 30), QuietHours()


def loud(country, quiet=BY_DEFAULT, otherwise="UTC", day=DAY):
    """Hours of a day, UTC, in which somebody may be written to."""
    return [
        hour for hour in range(24) if not is_quiet(quiet, country, otherwise, day + timedelta(hours=hour))
    ]


@pytest.mark.parametrize(
    ("country", "first", "last"),
    [
        ("GB", 7, 19), ("Deutschland", 6, 18), ("France", 6, 18), ("JP", 23, 11),
        # from Honolulu's eight in the morning to New York's nine in the evening
        ("US", 18, 0), ("United States", 18, 0), (None, 8, 20), ("Atlantis", 8, 20),
    ],
)  # fmt: skip
def test_the_clock_is_that_of_where_they_live(country, first, last):
    hours = loud(country)
    assert {first, last} <= set(hours)
    assert (first - 1) % 24 not in hours and (last + 1) % 24 not in hours


def test_summer_time_counts():
    assert loud("DE", day=datetime(2026, 1, 15))[0] == 7
    assert loud("DE")[0] == 6


def test_who_says_no_country_has_the_zone_of_the_destination():
    assert loud(None, otherwise="Asia/Tokyo") == loud("JP")


def test_hours_may_lie_within_a_day_and_none_may_be_quiet():
    assert loud(None, QuietHours(from_hour=9, until_hour=12)) == [*range(9), *range(12, 24)]
    assert loud("JP", None) == list(range(24))
    assert loud(None, QuietHours(from_hour=8, until_hour=8)) == list(range(24))


def test_a_country_has_its_zones_however_it_is_written():
    assert "Europe/Berlin" in zones_of("Germany") and zones_of("DEU") == zones_of("Germany")
    assert len(zones_of("US")) > 5
    assert zones_of("nowhere") == zones_of(None) == ()
