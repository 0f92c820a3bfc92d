"""Both pages of the example in a real browser: what Kindred has for a visitor, and a whole page without Kindred."""

from __future__ import annotations

import os
import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.activation.api.nights import publish
from tests.conftest import PROJECT

WEBSITE = PROJECT / "examples" / "website"
KEYS = {"KINDRED_API_KEY": "key-of-servers", "KINDRED_API_BROWSER_KEY": "key-of-pages"}


@dataclass(frozen=True)
class Website:
    """Addresses of what runs."""

    server: str
    browser: str
    """Of the page that asks by itself."""
    elsewhere: str
    """The same page at an origin that is not the shop's."""
    refused: str
    """The page of a server whose key opens nothing."""
    without: str
    """The page of a server that does not reach Kindred."""
    reference: str
    """What the API says of itself."""


@pytest.fixture(scope="module")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Website]:
    folder = tmp_path_factory.mktemp("website")
    publish(folder / "published", "run_1")
    api, server, browser, elsewhere, refused, without, nobody = (_free_port() for _ in range(7))
    page = (WEBSITE / "browser.html").read_text()
    assert page.count("http://127.0.0.1:8080") == 1
    (folder / "browser.html").write_text(page.replace("127.0.0.1:8080", f"127.0.0.1:{api}"))
    kindred, python = Path(sys.executable).with_name("kindred"), sys.executable
    told = {**KEYS, "KINDRED_API": f"http://127.0.0.1:{api}", "DATA_DIR": str(folder),
            "KINDRED_API_ORIGINS": f"http://127.0.0.1:{browser}"}  # fmt: skip
    files = ["-m", "http.server", "-b", "127.0.0.1", "-d", str(folder)]
    with ExitStack() as stack:
        for port, command, environment in (
            (api, [kindred, "api", "--port", str(api)], told),
            (server, [python, str(WEBSITE / "server.py"), str(server)], told),
            (
                refused,
                [python, str(WEBSITE / "server.py"), str(refused)],
                told | {"KINDRED_API_KEY": "wrong"},
            ),
            (
                without,
                [python, str(WEBSITE / "server.py"), str(without)],
                told | {"KINDRED_API": f"http://127.0.0.1:{nobody}"},
            ),
            (browser, [python, *files, str(browser)], told),
            (elsewhere, [python, *files, str(elsewhere)], told),
        ):
            stack.enter_context(_running(port, command, environment))
        # the first answer compiles templates, on a slow machine for longer than a page waits
        for template in ("banner", "homepage"):
            content, key = f"http://127.0.0.1:{api}/visitors/v1/content/{template}", KEYS["KINDRED_API_KEY"]
            httpx.get(content, headers={"X-API-Key": key}, timeout=30).raise_for_status()
        yield Website(
            f"http://127.0.0.1:{server}/",
            f"http://127.0.0.1:{browser}/browser.html",
            f"http://127.0.0.1:{elsewhere}/browser.html",
            f"http://127.0.0.1:{refused}/",
            f"http://127.0.0.1:{without}/",
            f"http://127.0.0.1:{api}/docs",
        )


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 900, "height": 1000})
    yield page
    page.close()


def _visit(page: Page, address: str, visitor: str | None) -> None:
    if visitor:
        page.context.add_cookies([{"name": "visitor_id", "value": visitor, "url": address}])
    page.goto(address)


def test_a_server_puts_the_blocks_into_the_page(page, website):
    _visit(page, website.server, "v1")
    expect(page.get_by_role("heading", name="Hello Ann")).to_be_visible()
    expect(page.get_by_role("heading", name="Still in your cart")).to_be_visible()
    expect(page.get_by_role("heading", name="Picked for you")).to_be_visible()
    assert page.get_by_role("listitem").all_inner_texts() == [
        f"product {number} of run_1" for number in range(1, 6)
    ]
    assert "key-of" not in page.content()
    _shoot(page, "website_server")


def test_a_browser_asks_for_what_any_visitor_may_see(page, website):
    _visit(page, website.browser, "v1")
    expect(page.locator("body[data-is-complete]")).to_be_visible()
    expect(page.get_by_role("heading", name="Picked for you")).to_be_visible()
    assert page.get_by_role("listitem").count() == 6
    expect(page.get_by_role("listitem").first).to_contain_text("product 1 of run_1")
    expect(page.locator("#banner")).not_to_be_empty()
    assert "Ann" not in page.content() and KEYS["KINDRED_API_KEY"] not in page.content()
    _shoot(page, "website_browser")


@pytest.mark.parametrize("kind", ["server", "browser"])
def test_somebody_new_sees_what_others_like(page, website, kind):
    _visit(page, getattr(website, kind), None)
    expect(page.get_by_role("heading", name="What others like")).to_be_visible()
    expect(page.get_by_text("product 11 of run_1").first).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "heading"),
    [("refused", "Welcome"), ("without", "Welcome"), ("elsewhere", "Good to see you")],
)
def test_a_page_is_whole_where_kindred_does_not_answer(page, website, kind, heading):
    _visit(page, getattr(website, kind), "v1")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    if kind == "elsewhere":
        expect(page.locator("body[data-is-complete]")).to_be_visible()
    assert "run_1" not in page.content()


@pytest.mark.parametrize(
    ("cookies", "heading"),
    [
        ("foreign=[1]; visitor_id=v1; other", "Hello Ann"),
        ('foreign="; visitor_id=%761', "Hello Ann"),
        ("visitor_id=%", "What others like"),
        ("visitor_id=", "What others like"),
        ("my_visitor_id=v1", "What others like"),
        ("visitor_id=" + "v" * 5000, "Welcome"),
    ],
)
def test_a_server_takes_the_visitor_out_of_any_cookies(website, cookies, heading):
    answer = httpx.get(website.server, headers={"Cookie": cookies})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert heading in answer.text


def test_a_server_waits_no_longer_for_three_answers_than_for_one(monkeypatch):
    server = runpy.run_path(str(WEBSITE / "server.py"))
    now, asked = [100.0], []

    def answer(request):
        asked.append((request.url.path, request.extensions["timeout"]["read"]))
        now[0] += 0.2
        return httpx.Response(200, json={"html": "<b>in time</b>"})

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    client = httpx.Client(base_url="http://kindred.example", transport=httpx.MockTransport(answer))
    monkeypatch.setitem(server["ask"].__globals__, "KINDRED", client)
    page = server["render"]("v1", "mobile", 8)
    assert asked == [
        ("/visitors/v1/content/banner", pytest.approx(0.3)),
        ("/visitors/v1/content/homepage", pytest.approx(0.1)),
    ]
    assert page.count("in time") == 1 and "Welcome" in page


@pytest.mark.parametrize(("value", "heading"), [("%761", "Picked for you"), ("%", "What others like")])
def test_a_browser_takes_the_visitor_out_of_any_cookie(page, website, value, heading):
    _visit(page, website.browser, value)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_the_reference_asks_what_is_put_into_its_fields(page, website):
    page.goto(website.reference)
    page.get_by_label("Key").fill(KEYS["KINDRED_API_KEY"])
    found = page.locator("details", has_text="/customers/{id}/content/{template}")
    found.locator("summary").click()
    found.get_by_label("id").first.fill("c/4 é")
    found.get_by_label("template").fill("banner")
    found.get_by_role("button", name="Ask").click()
    expect(found.locator("pre")).to_contain_text('"customer_id": "c/4 é"')


def _shoot(page: Page, name: str) -> None:
    """Keep a picture where whoever runs the tests asks for one."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _running(port: int, command: list[str | Path], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, cwd=PROJECT, stdout=subprocess.DEVNULL
    )
    try:
        ends_at = time.monotonic() + 60
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert process.poll() is None and time.monotonic() < ends_at, command
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)
