"""Batches to a web server that really answers: what it is sent, when it is asked again, and what it turns down."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dagster_project.lib.activation.delivery.log import list_rejections
from dagster_project.lib.activation.destinations.sending import send
from dagster_project.lib.activation.destinations.webhook import WebhookDestination

TABLE = "activation.things"


@dataclass
class Receiver:
    """What arrived, and what to answer; without a plan everything is taken."""

    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], str]] = field(default_factory=list)

    kills_at: int | None = None
    """The request at which who sent it is killed, with no answer."""
    sender: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        while self.sender is None:
            time.sleep(0.01)
        self.sender.kill()
        self.sender.wait()

    @property
    def bodies(self) -> list[dict]:
        return [json.loads(body) for _, body in self.requests]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A web server of its own."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((dict(self.headers), body))
            if receiver.kills_at == len(receiver.requests):
                receiver.kill()
                return
            status, headers, text = receiver.answers.pop(0) if receiver.answers else (200, {}, "")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/kindred"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def destination(receiver):
    return WebhookDestination(
        name="crm", kind="webhook", url=receiver.url, tables=[TABLE], batch_rows=2, pause_seconds=0,
        signing_key="key", headers={"Authorization": "Bearer token"}, attempts=3,
    )  # fmt: skip


@pytest.fixture
def published(new_snapshot):
    return new_snapshot(
        {TABLE: ("select 'r' || n as id, {'n': n}::json as more from range(3) as t(n)", ("id",))}
    )


def _send(published, destination, **how):
    (delivery,) = send(published.snapshot, destination, **how)
    return delivery


def test_changes_arrive_in_signed_batches_that_say_what_to_do(published, destination, receiver):
    assert _send(published, destination).status == "delivered"
    first, second = receiver.bodies
    assert first == {
        "table": TABLE, "key": ["id"], "version": 1, "removed": [],
        "upserts": [{"key": [f"r{n}"], "row": {"id": f"r{n}", "more": {"n": n}}} for n in (0, 1)],
    }  # fmt: skip
    assert len(second["upserts"]) == 1
    headers, body = receiver.requests[0]
    assert headers["Authorization"] == "Bearer token"
    assert headers["X-Kindred-Signature"] == "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
    published.replace(TABLE, "select 'r0' as id, '{\"n\":0}'::json as more")
    receiver.requests.clear()
    assert _send(published, destination).removed == 2
    assert receiver.bodies[0]["removed"] == [{"key": ["r1"]}, {"key": ["r2"]}]
    receiver.requests.clear()
    assert _send(published, destination).status == "unchanged"
    assert receiver.requests == []


@pytest.mark.parametrize("answer", [(503, {}, ""), (429, {"Retry-After": "0"}, ""), (500, {}, "")])
def test_who_is_busy_is_asked_again_with_the_same_key(published, destination, receiver, answer):
    receiver.answers = [answer, answer]
    assert _send(published, destination).status == "delivered"
    keys = [headers["Idempotency-Key"] for headers, _ in receiver.requests]
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_a_refused_key_is_found_again_however_the_answer_spells_it(published, destination, receiver):
    published.replace(TABLE, "select 'Küche' as id, null::json as more")
    receiver.answers = [(200, {}, '{"rejected": [{"key": ["K\\u00fcche"], "reason": "unknown"}]}')]
    assert _send(published, destination).status == "partly"


@pytest.mark.parametrize("answer", ['{"rejected": null}', "[]", "no JSON"])
def test_an_answer_that_names_no_row_takes_all(published, destination, receiver, answer):
    receiver.answers = [(200, {}, answer)]
    assert _send(published, destination).status == "delivered"


def test_every_delivery_has_keys_of_its_own(published, destination, receiver):
    one, other = "select 'a' as id, null::json as more", "select 'b' as id, null::json as more"
    for query in (one, other, one):
        published.replace(TABLE, query)
        _send(published, destination, allow_removals=True)
    keys = [headers["Idempotency-Key"] for headers, _ in receiver.requests]
    assert len(set(keys)) == len(keys) == 5


def test_who_stays_busy_gets_the_rest_the_next_time(published, destination, receiver):
    receiver.answers = [(200, {}, ""), *[(503, {}, "")] * 3]
    delivery = _send(published, destination)
    assert (delivery.status, delivery.failed) == ("failed", 1)
    receiver.requests.clear()
    assert _send(published, destination).status == "delivered"
    assert [len(body["upserts"]) for body in receiver.bodies] == [1]


def test_who_refuses_a_batch_is_not_asked_again(published, destination, receiver):
    receiver.answers = [(400, {}, "")]
    delivery = _send(published, destination)
    assert (delivery.status, delivery.reason) == ("failed", "the webhook answers 400")
    assert len(receiver.requests) == 1


def test_rows_that_the_answer_names_are_told_and_tried_the_next_time(published, destination, receiver):
    answer = {"rejected": [{"key": ["r1"], "reason": "no such product"}, {"key": ["nobody"]}, "nonsense"]}
    receiver.answers = [(200, {}, json.dumps(answer))]
    delivery = _send(published, destination)
    assert (delivery.status, delivery.failed) == ("partly", 1)
    (rejection,) = list_rejections(published.snapshot.deliveries, "crm")
    assert (rejection["key"], rejection["reason"]) == ('["r1"]', "no such product")
    receiver.requests.clear()
    assert _send(published, destination).status == "delivered"
    assert [row["key"] for body in receiver.bodies for row in body["upserts"]] == [["r1"]]
    assert list_rejections(published.snapshot.deliveries, "crm") == []


def test_a_process_killed_between_batches_has_sent_them_and_the_next_one_sends_the_rest(
    published, destination, receiver, tmp_path
):
    (tmp_path / "destinations.yml").write_text(
        f"destinations: [{{name: crm, kind: webhook, url: '{receiver.url}', tables: [{TABLE}], batch_rows: 1}}]"
    )
    receiver.kills_at = 2
    receiver.sender = subprocess.Popen(
        [str(Path(sys.executable).with_name("kindred")), "destinations", "sync"],
        env={**os.environ, "DATA_DIR": str(published.folder), "CONFIG_DIR": str(tmp_path)},
    )
    assert receiver.sender.wait() < 0
    confirmed, unanswered = [body["upserts"][0]["key"] for body in receiver.bodies]
    receiver.requests.clear()
    receiver.kills_at = None
    assert _send(published, destination).status == "delivered"
    sent = [row["key"] for body in receiver.bodies for row in body["upserts"]]
    assert unanswered in sent
    assert confirmed not in sent
    assert len(sent) == 2
