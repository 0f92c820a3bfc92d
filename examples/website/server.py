"""A start page put together on the server: what Kindred has for the visitor stands in the HTML that goes out.

The environment says where Kindred's API is (KINDRED_API) and the key (KINDRED_API_KEY). The page is on
http://127.0.0.1:8000, or on the port given as the argument.
"""

from __future__ import annotations

import html
import json
import os
import sys
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, unquote

import httpx

SECONDS = 0.3
"""How long the page waits for all answers together; then it goes out without what is missing."""
PAGE = Template((Path(__file__).parent / "server.html").read_text(encoding="utf-8"))
KINDRED = httpx.Client(
    base_url=os.environ.get("KINDRED_API", "http://127.0.0.1:8080"),
    headers={"X-API-Key": os.environ.get("KINDRED_API_KEY", "")},
)


def ask(path: str, ends_at: float, **query: str | int) -> dict[str, Any]:
    """What Kindred says; empty where it does not answer in time, since a shop without it still sells."""
    left = ends_at - time.monotonic()
    if left <= 0:
        return {}
    try:
        # Read piece by piece, since the time that httpx is given is for each piece.
        with KINDRED.stream("GET", path, params=query, timeout=left) as response:
            response.raise_for_status()
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if time.monotonic() > ends_at:
                    return {}
        return json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return {}


def visitor_of(cookies: str) -> str:
    """The visitor whom a header Cookie names, as browser.html reads it; "new" for none.

    Python's own reader of cookies gives up all of them for one that it does not like.
    """
    for cookie in cookies.split(";"):
        name, _, value = cookie.strip().partition("=")
        if name == "visitor_id" and value:
            return unquote(value)
    return "new"


def render(visitor: str, device: str, hour: int) -> str:
    """The page for one visitor at one moment."""
    of_visitor, ends_at = f"/visitors/{quote(visitor, safe='')}", time.monotonic() + SECONDS
    banner = ask(f"{of_visitor}/content/banner", ends_at, device=device, hour=hour)
    homepage = ask(f"{of_visitor}/content/homepage", ends_at, device=device, hour=hour)
    listed = ask(f"{of_visitor}/recommendations", ends_at, limit=5).get("recommendations", [])
    return PAGE.substitute(
        # Kindred escaped every value in what a template made; what comes as data is escaped here.
        banner=banner.get("html", ""),
        homepage=homepage.get("html", "<h1>Welcome</h1>"),
        recommendations="".join(f"<li>{html.escape(product['name'] or '')}</li>" for product in listed),
    )


class Handler(BaseHTTPRequestHandler):
    """Answers every address with the start page."""

    def do_GET(self) -> None:
        """Find out who asks, on what and when."""
        visitor = visitor_of(self.headers.get("Cookie", ""))
        device = "mobile" if "Mobi" in self.headers.get("User-Agent", "") else "desktop"
        page = render(visitor, device, datetime.now().hour).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        # It is one reader's own: nothing between here and them may keep it.
        self.send_header("Cache-Control", "private, no-store")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    print(f"http://127.0.0.1:{port}", flush=True)
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
