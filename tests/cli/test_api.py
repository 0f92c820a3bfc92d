"""`kindred api` refuses to start where others could ask without a key, and otherwise serves until it is ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from dagster_project.cli.main import kindred as command
from dagster_project.lib.common.errors import KindredError
from dagster_project.settings import PROJECT, read_api_keys
from tests.activation.api.nights import publish

NAMES = ("KINDRED_API_KEY", "KINDRED_API_BROWSER_KEY", "KINDRED_API_ORIGINS")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch, tmp_path):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


def _call(*arguments):
    CliRunner().invoke(command, ["api", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "shop.example"])
def test_others_may_not_ask_without_a_key(host):
    with pytest.raises(KindredError, match="set KINDRED_API_KEY, or leave --host out"):
        _call("--host", host)


def test_it_needs_a_published_night():
    with pytest.raises(KindredError, match="nothing is published yet"):
        _call()


def test_a_mistake_in_the_config_folder_is_told_before_it_serves(monkeypatch, tmp_path):
    publish(tmp_path / "published", "run_1")
    (tmp_path / "content.yml").write_text("language: nowhere\n")
    monkeypatch.setenv("CONFIG_DIR", str(tmp_path))
    with pytest.raises(KindredError, match=r"content\.yml"):
        _call()


def test_keys_and_origins_have_commas_between(monkeypatch):
    for name, value in zip(NAMES, ("a, b,", "c", "https://a.example, https://b.example"), strict=True):
        monkeypatch.setenv(name, value)
    keys = read_api_keys()
    assert (keys.keys, keys.browser_keys) == (("a", "b"), ("c",))
    assert keys.origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://Shop.example/", "https://shop.example"),
        ("HTTPS://shop.example:443", "https://shop.example"),
        ("http://shop.example:8001", "http://shop.example:8001"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://läden.example", "https://xn--lden-loa.example"),
    ],
)
def test_an_origin_is_what_browsers_send(monkeypatch, written, sent):
    for name, value in zip(NAMES, ("a", "b", written), strict=True):
        monkeypatch.setenv(name, value)
    assert read_api_keys().origins == (sent,)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("a", "a", "https://a.example"), "share a key"),
        (("a", "b", ""), "is set without"),
        (("", "b", "https://a.example"), "is set without"),
        (("a", "", "https://a.example"), "ORIGINS is set without"),
        *(
            (("a", "b", text), "which is no origin")
            for text in (
                "*",
                "https://*.shop.example",
                "shop.example",
                "https://shop.example/page",
                "https://shop.example:x",
                "https://a@shop.example",
                "null",
                "ftp://shop.example",
            )
        ),
        (("clé", "", ""), "a character that no header holds"),
    ],
)
def test_keys_that_would_not_do_what_they_look_like_are_refused(monkeypatch, values, said):
    for name, value in zip(NAMES, values, strict=True):
        monkeypatch.setenv(name, value)
    with pytest.raises(KindredError, match=said):
        read_api_keys()


def test_it_serves_and_says_nothing_of_who_was_asked_about(tmp_path):
    publish(tmp_path / "published", "run_1")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [Path(sys.executable).with_name("kindred"), "api", "--port", str(port)],
        env={**os.environ, "KINDRED_API_KEY": "key"}, cwd=PROJECT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"X-API-Key": "key"}) as client:
            _wait_for(client)
            assert client.get("/customers/c1/segments").json()["is_known"]
            assert client.get("/customers/c1/segments", headers={"X-API-Key": "other"}).status_code == 401
            assert client.get("/customers/c1/content/homepage").status_code == 200
            assert client.get("/docs").status_code == 200
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}/docs" in said and "run_1" in said
    assert "c1" not in said and "Traceback" not in said
    assert [path.name for path in (tmp_path / "published").glob(".api-*")] == []


def _wait_for(client):
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        try:
            client.get("/health")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the API did not start")
