"""Take the pictures of the README: the asset graph and the report of a night over the sample.

Runs a night in a temporary folder, opens Dagster's UI on it in headless Chromium and writes docs/images/*.png.
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

from playwright.sync_api import Page, expect, sync_playwright

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
def _running_ui(environment: dict[str, str]) -> Iterator[str]:
    port = _free_port()
    server = subprocess.Popen(
        [KINDRED, "ui", "--port", str(port)],
        env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/server_info", timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        else:
            raise TimeoutError("Dagster's UI did not start")
        yield address
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def _shoot(page: Page, name: str, **options: object) -> None:
    page.screenshot(path=str(IMAGES / f"{name}.png"), **options)
    print(f"docs/images/{name}.png")


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
        page = browser.new_page(viewport={"width": 1280, "height": 1000}, device_scale_factor=1)
        page.goto((data_dir / "published" / "current" / "report" / "index.html").as_uri())
        _shoot(page, "report")
        page = browser.new_page(viewport={"width": 1700, "height": 560})
        with _running_ui(environment) as address:
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
