"""Take the pictures of the README and of docs/: graph, report and website of a night over the sample.

Runs a night in a temporary folder, opens it in headless Chromium and writes docs/images/*.png.
Needs Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from playwright.sync_api import Browser, Page, expect, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = PROJECT / "docs" / "images"
KINDRED = Path(sys.executable).with_name("kindred")
CHROMIUM_FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-sandbox",
]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _running(command: list[Path | str], environment: dict[str, str], ready: str = "") -> Iterator[str]:
    """Run a server that takes its port as the last argument; ready: the path that it answers once it runs."""
    port = _free_port()
    server = subprocess.Popen(
        [*command, str(port)],
        env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/{ready}", timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        else:
            raise TimeoutError(f"{command} did not start")
        yield address
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def _shoot(page: Page, name: str, **options: object) -> None:
    page.screenshot(path=str(IMAGES / f"{name}.png"), **options)
    print(f"docs/images/{name}.png")


def _shoot_report(browser: Browser, report: Path) -> None:
    """The night on a desktop and on a phone, and the recommender's page in the dark."""
    for name, file, width, height, scheme in (
        ("report", "index", 1280, 1000, "light"),
        ("report_phone", "identity", 360, 1500, "light"),
        ("report_dark", "recommendations", 1280, 1120, "dark"),
    ):
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        page.goto((report / f"{file}.html").as_uri())
        _shoot(page, name)
        page.close()


def _shoot_website(browser: Browser, data_dir: Path, environment: dict[str, str]) -> None:
    """Both pages of examples/website for a visitor with a cart."""
    with duckdb.connect(
        str(data_dir / "published" / "current" / "kindred.duckdb"), read_only=True
    ) as published:
        (visitor,) = published.execute("""
            select source_record_id from marts.customer_identities join activation.content_variables using (customer_id)
            where record_kind = 'visitor' and first_name is not null and is_personalizable
                and json_array_length(cart_products) > 0
            order by order_count desc, 1 limit 1
        """).fetchone() or ("",)  # fmt: skip
    website, files = PROJECT / "examples" / "website", data_dir.parent / "website"
    files.mkdir()
    keys = {"KINDRED_API_KEY": "key-of-servers", "KINDRED_API_BROWSER_KEY": "key-of-pages"}
    with _running(
        [sys.executable, "-m", "http.server", "-d", str(files), "-b", "127.0.0.1"], environment
    ) as shop:
        environment = {**environment, **keys, "KINDRED_API_ORIGINS": shop}
        with _running([KINDRED, "api", "--port"], environment, "health") as api:
            text = (website / "browser.html").read_text().replace("http://127.0.0.1:8080", api)
            (files / "browser.html").write_text(text)
            command = [sys.executable, str(website / "server.py")]
            with _running(command, {**environment, "KINDRED_API": api}) as server:
                for name, address in (("server", f"{server}/"), ("browser", f"{shop}/browser.html")):
                    page = browser.new_page(viewport={"width": 900, "height": 600})
                    page.context.add_cookies([{"name": "visitor_id", "value": visitor, "url": address}])
                    page.goto(address, wait_until="networkidle")
                    _shoot(page, f"website_{name}")


def main() -> None:
    """Write every picture."""
    IMAGES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data_dir = Path(folder) / "data"
        shutil.copytree(PROJECT / "data" / "sample" / "landing", data_dir / "landing")
        environment = {**os.environ, "DATA_DIR": str(data_dir), "AS_OF": "latest"}
        subprocess.run([KINDRED, "nightly"], env=environment, cwd=PROJECT, check=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        _shoot_report(browser, data_dir / "published" / "current" / "report")
        _shoot_website(browser, data_dir, environment)
        page = browser.new_page(viewport={"width": 1700, "height": 560})
        with _running([KINDRED, "ui", "--port"], environment, "server_info") as address:
            page.goto(f"{address}/asset-groups", wait_until="domcontentloaded", timeout=120_000)
            page.get_by_text("Hide navigation").click(timeout=120_000)
            page.wait_for_selector("text=transformation", timeout=120_000)
            expect(page.get_by_text("fetching statuses")).to_have_count(0, timeout=120_000)
            # The graph moves to its place; only the canvas itself could tell when it is there.
            page.wait_for_timeout(8_000)
            _shoot(page, "asset_graph")
        browser.close()


if __name__ == "__main__":
    main()
