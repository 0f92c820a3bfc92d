"""Links of messages: whole, of the web alone, and telling the shop's analytics which message they stood in."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def link(context: Context, url: str | None) -> str:
    """Return the address whole, with utm parameters in a campaign's message; the shop's own where there is none.

    Whatever is no address of the web, such as `javascript:…`, leads to the shop.
    """
    parts = urlsplit(_whole(context, url))
    campaign, variant = context["campaign"], context["variant"]
    if campaign is None:
        return urlunsplit(parts)
    told = {"utm_source": "kindred", "utm_medium": "email", "utm_campaign": campaign}
    told |= {"utm_content": variant} if variant else {}
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in told]
    return urlunsplit(parts._replace(query=urlencode([*query, *told.items()])))


@pass_context
def image(context: Context, url: str | None) -> str:
    """Return the address of a picture whole, as the shop has it; the shop's own where it is none of the web."""
    return _whole(context, url)


def _whole(context: Context, url: str | None) -> str:
    home = context["shop"]["url"]
    try:
        address = urljoin(home, url or "")
        return address if urlsplit(address).scheme in ("http", "https") else home
    except ValueError:
        return home
