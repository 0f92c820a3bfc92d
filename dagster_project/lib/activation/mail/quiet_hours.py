"""Whether it is night where a customer lives.

A country of several time zones counts as quiet while it is quiet in any of them: nobody is woken for not having said
where in it they live. Which zones a country has is the Unicode CLDR's, out of `babel`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

from dagster_project.lib.activation.mail.settings import QuietHours
from dagster_project.lib.common.countries import country_code


def is_quiet(quiet: QuietHours | None, country: str | None, otherwise: str, now: datetime) -> bool:
    """Whether a customer is to be left alone.

    country: as the records write it. otherwise: time zone where it is none that is known. now: UTC, naive.
    """
    if quiet is None:
        return False
    moment = now.replace(tzinfo=UTC)
    return any(
        _is_within(quiet, moment.astimezone(ZoneInfo(zone)).hour)
        for zone in zones_of(country) or (otherwise,)
    )


@cache
def zones_of(country: str | None) -> tuple[str, ...]:
    """Names of the time zones of a country, however it is written; none for what is no country."""
    code = country_code(country) if country else None
    return tuple(get_global("territory_zones").get(code, ())) if code else ()


def _is_within(quiet: QuietHours, hour: int) -> bool:
    if quiet.from_hour <= quiet.until_hour:
        return quiet.from_hour <= hour < quiet.until_hour
    return hour >= quiet.from_hour or hour < quiet.until_hour
