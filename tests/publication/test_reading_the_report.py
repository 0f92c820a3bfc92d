"""Everybody reads the report in Chromium: on a phone and a desktop, light and dark, on paper, by screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from report_pages import render_all

from tests.conftest import BuiltNight
from tests.publication.test_experiments_page import TABLES

PAGES = ("index", "customers", "messages", "experiments", "recommendations", "identity", "privacy")
PHONE, DESKTOP = 360, 1280
PAPER = 718
"""Pixels of the width of A4 within margins of a centimetre."""


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    # a report asks for nothing but its own files
    page.route(lambda address: not address.startswith("file:"), lambda route: route.abort())
    yield page
    page.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages with all that a sample's first night has not: experiments, earlier nights, anomalies, deliveries."""
    folder = tmp_path_factory.mktemp("full")
    with duckdb.connect() as connection:
        for name in ("report_tables.sql", "report_golden.sql"):
            connection.execute((Path(__file__).parent / name).read_text())
        connection.execute(TABLES)
        for name, html in render_all(connection).items():
            (folder / name).write_text(html)
    return folder


def _open(page: Page, folder: Path, name: str) -> None:
    page.emulate_media(media="screen")
    page.goto((folder / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def _find(page: Page) -> list[str]:
    """What axe finds on the page at every width and in both schemes, and whether the page scrolls sideways."""
    found = []
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: wider than the screen")
        for scheme in ("light", "dark"):
            page.emulate_media(media="screen", color_scheme=scheme)
            found += [
                f"{width} {scheme}: {fault['id']} at {fault['nodes'][0]['html'][:200]}"
                for fault in Axe().run(page).response["violations"]
            ]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_any_page_of_the_sample(page: Page, sample_night: BuiltNight, name: str) -> None:
    _open(page, sample_night.snapshot / "report", name)
    assert _find(page) == []


@pytest.mark.parametrize("name", ["index", "experiments", "recommendations"])
def test_axe_finds_nothing_where_there_is_more_to_tell(page: Page, full: Path, name: str) -> None:
    _open(page, full, name)
    assert _find(page) == []


def test_what_axe_would_find_is_found(page: Page, tmp_path: Path) -> None:
    (tmp_path / "bad.html").write_text(
        "<p style='color: #aaa; background: #bbb; width: 500px'>Hardly to be read</p>"
    )
    _open(page, tmp_path, "bad")
    found = " ".join(_find(page))
    assert "360 light: color-contrast" in found
    assert "360: wider than the screen" in found


@pytest.mark.parametrize("name", PAGES)
def test_paper_cuts_no_table_and_hides_nothing(page: Page, full: Path, name: str) -> None:
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.goto((full / f"{name}.html").as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    hidden = "[...document.querySelectorAll('details td')].filter(cell => !cell.checkVisibility()).length"
    assert page.evaluate(hidden) == 0
    assert page.locator("nav").is_hidden()


def test_drawings_follow_the_scheme(page: Page, full: Path) -> None:
    page.goto((full / "recommendations.html").as_uri())
    fills = []
    for scheme in ("light", "dark"):
        page.emulate_media(media="screen", color_scheme=scheme)
        text = page.locator("#models-1 text").last
        fills.append(text.evaluate("one => getComputedStyle(one).fill"))
        assert text.evaluate(
            "one => getComputedStyle(one).fontFamily === getComputedStyle(document.body).fontFamily"
        )
    assert fills[0] != fills[1]
