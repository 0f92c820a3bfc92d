"""How numbers and times are written on the report's pages."""

from __future__ import annotations

from datetime import UTC, datetime


def write_number(value: float | None) -> str:
    """12,345 for 12345.4, a dash for nothing."""
    return "–" if value is None else f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")


def write_percent(share: float | None) -> str:
    """31.4% for .3144, a dash for nothing; never 100.0% or 0.0% for what is only nearly so."""
    if share is None:
        return "–"
    if 0 < share < 0.001:
        return "<0.1%"
    return ">99.9%" if 0.9995 <= share < 1 else f"{share:.1%}"


def write_bits(bits: float | None) -> str:
    """+3.2 for 3.21, a dash for nothing."""
    if bits is None:
        return "–"
    rounded = round(bits, 1)
    return f"{rounded:+.1f}".replace("-", "\N{MINUS SIGN}") if rounded else "0.0"


def write_measure(value: float | None) -> str:
    """0.377 for 0.3769, a dash for nothing."""
    return "–" if value is None else f"{value:.3f}"


def write_figure(value: float | None) -> str:
    """12,345 for 12345.4 and 0.1235 for 0.12345: four digits, and no fewer than a whole number has; a dash for nothing.

    For what may be anything: rows, shares, amounts.
    """
    if value is None:
        return "–"
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}").replace("-", "\N{MINUS SIGN}")


def write_change(difference: float) -> str:
    """+0.0123 for 0.01234, of whatever unit."""
    return f"{difference:+.3g}".replace("-", "\N{MINUS SIGN}")


def write_percents(percents: float) -> str:
    """+12.3% for 12.34, of a change."""
    return f"{write_bits(percents)}%"


def write_points(difference: float) -> str:
    """+8.2 points for a difference of shares of 0.082."""
    return f"{write_bits(100 * difference)} points"


def write_plural(count: int, one: str, many: str | None = None) -> str:
    """'1 file', '2,000 files'; `many` where the plural is not `one` with an s."""
    return f"{write_number(count)} {one if count == 1 else many or one + 's'}"


def write_night(at: datetime) -> str:
    """Friday 9 December 2011, 12:50 UTC."""
    at = _in_utc(at)
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M} UTC"


def write_moment(at: datetime) -> str:
    """2011-12-09 12:50 UTC."""
    return f"{_in_utc(at):%Y-%m-%d %H:%M} UTC"


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at
