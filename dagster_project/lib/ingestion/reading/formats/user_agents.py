"""Browser, operating system, device and robots out of a User-Agent header, for exports that carry nothing better.

The broad families only, by the words browsers agree on; versions and models are a specialised library's business.
"""

from __future__ import annotations

from collections.abc import Sequence

# The first that fits counts: Edge says Chrome and Safari too, Chrome says Safari, Android says Linux.
_BROWSERS = (
    ("Edg(e|A|iOS)?/", "Edge"),
    ("OPR/|Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrome/|CriOS/", "Chrome"),
    ("MSIE |Trident/", "Internet Explorer"),
    ("Version/.*Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone|iPad|iPod", "iOS"),
    ("Mac OS X|Macintosh", "macOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Linux|X11", "Linux"),
)
_DEVICES = (
    ("iPad|Tablet|PlayBook|Silk/", "tablet"),
    ("Mobi|iPhone|iPod", "mobile"),
    ("Android", "tablet"),
)
_ROBOT = (
    "(?i)(bot|crawl|spider|slurp|facebookexternalhit|headless|lighthouse|pingdom|uptime|monitor|preview"
    "|curl/|wget/|python|java/|go-http-client|okhttp|libwww|httpclient|scrapy)"
)


def browser(agent: str) -> str:
    """SQL for the browser's family, null where it is none that we know."""
    return _first_match(agent, _BROWSERS)


def operating_system(agent: str) -> str:
    """SQL for the operating system's family, null where it is none that we know."""
    return _first_match(agent, _SYSTEMS)


def device_type(agent: str) -> str:
    """SQL for mobile, tablet or desktop; null without an agent."""
    return f"coalesce({_first_match(agent, _DEVICES)}, case when {agent} <> '' then 'desktop' end)"


def is_robot(agent: str) -> str:
    """SQL that is true for a program that says so of itself; a request without an agent is one as well."""
    return f"(coalesce({agent}, '') = '' or regexp_matches({agent}, '{_ROBOT}'))"


def _first_match(agent: str, families: Sequence[tuple[str, str]]) -> str:
    cases = " ".join(f"when regexp_matches({agent}, '{pattern}') then '{name}'" for pattern, name in families)
    return f"case {cases} end"
