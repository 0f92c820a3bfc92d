"""Who may ask, and how often.

A key is a secret between servers. A browser's key is none, since every reader of the page has it: it opens what any
visitor may see, from the pages of the shop alone, and each address has a limit of its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Security
from fastapi.security import APIKeyHeader
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dagster_project.lib.activation.api.counting import Counts, network_of
from dagster_project.lib.activation.api.problems import problem
from dagster_project.lib.common.hosts import is_loopback

HEADER = "X-API-Key"
_header = APIKeyHeader(
    name=HEADER, auto_error=False, description="One of the keys that the API was started with."
)


@dataclass(frozen=True)
class Access:
    """Which keys open the API."""

    keys: Sequence[str] = ()
    """Of servers. Without any, whoever reaches the API may ask everything."""
    browser_keys: Sequence[str] = ()
    origins: Sequence[str] = ()
    """Where pages of the shop come from, such as https://shop.example; browsers may ask from there."""
    requests_per_minute: int = 0
    """Of each server's key, and of each address with a browser's; 0 for any number."""


class Guard:
    """Lets requests through by their key. An instance counts for one process."""

    def __init__(self, access: Access) -> None:
        self._access = access
        # Apart, so that however many addresses there are, servers have their own.
        self._of_servers, self._of_browsers = (Counts(access.requests_per_minute) for _ in range(2))

    async def let_servers(
        self, request: Request, key: Annotated[str | None, Security(_header)] = None
    ) -> None:
        """Let a server's key through. HTTPException 401 for none, 403 for a browser's, 429 for too many."""
        request.state.is_browser = False
        if self._is_browser(request, key):
            raise HTTPException(403, "this address is for servers; a browser's key does not open it")

    async def let_browsers(
        self, request: Request, key: Annotated[str | None, Security(_header)] = None
    ) -> None:
        """Let any key through, and note whether it is a browser's. HTTPException likewise, 403 for another origin."""
        request.state.is_browser = self._is_browser(request, key)
        if request.state.is_browser and not self._is_from_shop(request):
            raise HTTPException(403, "a browser's key opens the API to pages of the shop alone")

    def _is_browser(self, request: Request, key: str | None) -> bool:
        if not self._access.keys and not self._access.browser_keys:
            return False
        place = _find(key or "", [*self._access.keys, *self._access.browser_keys])
        if place is None:
            raise HTTPException(401, f"send a key in the header {HEADER}", {"WWW-Authenticate": "APIKey"})
        is_browser = place >= len(self._access.keys)
        if is_browser:
            self._count(self._of_browsers, network_of(request.client.host if request.client else ""))
        else:
            self._count(self._of_servers, str(place))
        return is_browser

    def _is_from_shop(self, request: Request) -> bool:
        origin = request.headers.get("origin")
        if origin is None:
            # Where the shop hands the API on below its own address, browsers name no origin and say this instead.
            return request.headers.get("sec-fetch-site") == "same-origin"
        return origin in self._access.origins

    def _count(self, counts: Counts, who: str) -> None:
        most = self._access.requests_per_minute
        seconds = counts.hit(who) if most else 0
        if seconds:
            raise HTTPException(429, f"more than {most} requests a minute", {"Retry-After": str(seconds)})


class ThisMachine:
    """Lets requests through that name this machine.

    Without keys any page that a developer opens could otherwise give this machine a name of its own and read along.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for this machine, as ASGI has it; answer the rest with status 400."""
        if scope["type"] != "http" or is_loopback(_host_of(Headers(scope=scope).get("host", ""))):
            await self._app(scope, receive, send)
        else:
            await problem(400, "without a key the API answers by the name of this machine alone")(
                scope, receive, send
            )


def _host_of(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _find(key: str, keys: Sequence[str]) -> int | None:
    """The place of a key; every one is looked at in whole, so that time tells nothing of where one differs."""
    is_it = [hmac.compare_digest(key.encode(), other.encode()) for other in keys]
    return is_it.index(True) if True in is_it else None
