"""How often somebody has asked within a minute, with memory and work that whoever asks cannot make grow.

`limits` counts in memory too, but looks through all that it counts with every request, and addresses can be invented.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from time import monotonic

_MINUTE = 60.0
_MOST_ADDRESSES = 10_000
"""Counted by themselves within a minute; all others share one count."""
_NETWORK_BITS = 64
"""Of an IPv6 address: the rest is the reader's own to choose."""
_OTHERS = "others"


class Counts:
    """Requests by who asks, of this minute and of the one before, which counts for its part within the last 60 s."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        """most: requests within a minute. clock: seconds."""
        self._most, self._clock = most, clock
        self._minute = -1
        self._now: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def hit(self, who: str) -> int:
        """Count a request. Returns 0, or after how many seconds to ask again where it is one too many."""
        minute, elapsed = divmod(self._clock(), _MINUTE)
        if minute != self._minute:
            self._before = self._now if minute == self._minute + 1 else Counter()
            self._minute, self._now = int(minute), Counter()
        if who not in self._now and len(self._now) >= _MOST_ADDRESSES:
            who = _OTHERS
        before = self._before[who]
        if self._now[who] + before * (1 - elapsed / _MINUTE) < self._most:
            self._now[who] += 1
            return 0
        if self._now[who] >= self._most:
            return math.floor(_MINUTE - elapsed) + 1
        # When so much of the minute before is past that there is room for one.
        return math.floor(_MINUTE * (1 - (self._most - self._now[who]) / before) - elapsed) + 1


def network_of(address: str) -> str:
    """What an address is counted by: itself, of IPv6 its network; one word for all that are no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return _OTHERS
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> (128 - _NETWORK_BITS) << (128 - _NETWORK_BITS)))
