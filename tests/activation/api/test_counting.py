"""Counting knows a minute that moves, and neither invented addresses nor many make it slow or large."""

from __future__ import annotations

import pytest

from dagster_project.lib.activation.api import counting
from dagster_project.lib.activation.api.counting import Counts, network_of


@pytest.fixture
def clock():
    class Clock:
        now = 600.0

        def __call__(self):
            return self.now

    return Clock()


def test_no_minute_has_more_than_agreed(clock):
    counts = Counts(10, clock)
    clock.now += 50
    assert [counts.hit("a") for _ in range(10)] == [0] * 10
    assert counts.hit("b") == 0
    # Just over the minute's end the ten still count, and for less the later it is.
    clock.now += 20
    allowed = [counts.hit("a") for _ in range(10)].count(0)
    assert allowed == 2
    clock.now += 110
    assert counts.hit("a") == 0


@pytest.mark.parametrize("elapsed", [0, 30, 59, 65, 90])
def test_whoever_waits_as_long_as_told_is_let_through(clock, elapsed):
    counts = Counts(4, clock)
    for _ in range(4):
        assert counts.hit("a") == 0
    clock.now += elapsed
    while not (seconds := counts.hit("a")):
        pass
    assert 1 <= seconds <= 61
    clock.now += seconds
    assert counts.hit("a") == 0


def test_addresses_beyond_a_number_are_counted_together(clock, monkeypatch):
    monkeypatch.setattr(counting, "_MOST_ADDRESSES", 3)
    counts = Counts(2, clock)
    assert [counts.hit(str(number)) for number in range(5)] == [0] * 5
    assert counts.hit("6") > 0
    assert counts.hit("0") == 0
    for minute in range(3):
        clock.now += 60
        for number in range(100):
            counts.hit(f"{minute} {number}")
        assert len(counts._now) + len(counts._before) <= 2 * (3 + 1)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "others"),
        ("", "others"),
    ],
)
def test_an_address_is_counted_by_its_network(address, network):
    assert network_of(address) == network
