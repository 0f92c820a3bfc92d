"""A folder to be alerted from, and who listens: a web server and a mail server of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dagster_project.lib.alerting.alerts import Alert, Cause
from dagster_project.lib.alerting.telling import Teller
from tests.activation.mail.mailbox import Mailbox, listening

NOW = datetime(2026, 3, 2, 4)


@dataclass
class Listener:
    """What was posted; `status` is how the server answers."""

    posted: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    status: int = 204
    port: int = 0


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            listener.posted.append((dict(self.headers), json.loads(body)))
            self.send_response(listener.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield listener
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with listening(Mailbox()) as listened:
        yield listened


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    """Waits for nobody."""
    (tmp_path / "warehouse").mkdir()
    return Teller(tmp_path, tmp_path / "warehouse", {}, wait=lambda seconds: None)


@pytest.fixture
def alert() -> Alert:
    causes = tuple(
        Cause(
            f"feed_volume of {feed}, row_count",
            "10, expected 900 to 1,100",
            "look",
            "docs/operations.md#feed-volume",
        )
        for feed in ("pos/orders", "crm/customers")
    )
    return Alert("anomalies", "run-1", NOW, causes)
