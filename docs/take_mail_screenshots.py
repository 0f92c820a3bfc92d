"""Take the pictures of docs/mail.md: messages of the example's campaigns over the sample, as they arrive.

Runs a night in a temporary folder with a mail server of this machine, and draws a message of each kind in headless
Chromium. Needs Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import sync_playwright
from take_screenshots import CHROMIUM_FLAGS, IMAGES, KINDRED, PROJECT

EXAMPLE = PROJECT / "examples" / "campaigns" / "config"
PICTURES = {"abandoned_cart": "mail_abandoned_cart", "recommendations": "mail_recommendations"}
"""Campaign -> name of the picture of its first message."""
HEADERS = ("From", "To", "Subject")


class Mailbox:
    """Keeps the first message of each campaign, as a page that shows its headers over its HTML."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        campaign = message["Feedback-ID"].split(":")[0]
        if campaign not in self.pages:
            html = message.get_body(("html",)).get_content()
            lines = "".join(f"<div>{name}: {message[name]}</div>".replace(" <", " &lt;") for name in HEADERS)
            head = (
                f'<div style="font: 13px/1.6 sans-serif; padding: 8px 24px; background: #fff">{lines}</div>'
            )
            self.pages[campaign] = html.replace("<body>", f"<body>{head}")
        return "250 OK"


def main() -> None:
    """Write both pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium)")
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="localhost", port=1025)
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        shutil.copytree(PROJECT / "data" / "sample" / "landing", data_dir / "landing")
        environment = {
            **os.environ, "DATA_DIR": str(data_dir), "AS_OF": "latest", "CONFIG_DIR": str(EXAMPLE),
        }  # fmt: skip
        controller.start()
        try:
            subprocess.run([KINDRED, "nightly"], env=environment, cwd=PROJECT, check=True)
        finally:
            controller.stop()
    draw(mailbox.pages, chromium)


def draw(pages: dict[str, str], chromium: str) -> None:
    """Write the pictures of these pages, by campaign. chromium: path of the program."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 640, "height": 400}, device_scale_factor=1)
        for campaign, name in PICTURES.items():
            page.set_content(pages[campaign], wait_until="domcontentloaded")
            page.screenshot(path=str(IMAGES / f"{name}.png"), full_page=True)
            print(f"docs/images/{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
