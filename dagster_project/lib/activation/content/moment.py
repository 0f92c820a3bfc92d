"""What a request tells of its moment: it goes before what the night knows of the customer's last visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_DAYPARTS = ("night", "morning", "afternoon", "evening")


@dataclass(frozen=True)
class Moment:
    """What a request would tell; None for what it does not. hour: 0 to 23, where the customer is."""

    device: str | None = None
    hour: int | None = None
    variant: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None

    @property
    def is_somewhere(self) -> bool:
        """Whether a place is told."""
        return any(part is not None for part in (self.country, self.region, self.city))

    def variables(self) -> dict[str, Any]:
        """What is told, by names of `VARIABLES`.

        A place is told as a whole: what it leaves out is not known, and neither is the weather there.
        """
        daypart = None if self.hour is None else _DAYPARTS[self.hour // 6]
        told = {"device": self.device, "daypart": daypart, "variant": self.variant or None}
        place = {"country": self.country, "region": self.region, "city": self.city}
        weather = dict.fromkeys(("weather", "temperature", "holiday"))
        return {name: value for name, value in told.items() if value is not None} | (
            place | weather if self.is_somewhere else {}
        )
