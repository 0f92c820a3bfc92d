"""The API over a small night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dagster_project.lib.activation.api import snapshots
from dagster_project.lib.activation.api.access import Access
from dagster_project.lib.activation.api.app import create_app
from tests.activation.api.nights import ACCESS, SERVER, publish

Client = Callable[..., AbstractContextManager[TestClient]]


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `published` with one night, run_1; none may publish another in it."""
    published = tmp_path_factory.mktemp("night")
    publish(published, "run_1")
    return published


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "EVERY_SECONDS", 0.02)


@contextmanager
def open_over(published: Path, config_dir: Path, access: Access = ACCESS) -> Iterator[TestClient]:
    app = create_app(published, config_dir, access)
    with TestClient(app, "http://127.0.0.1", headers={"X-API-Key": SERVER}) as client:
        yield client


@pytest.fixture
def open_api() -> Client:
    """Open the API over a folder `published`; the client sends a server's key unless told otherwise."""
    return open_over


@pytest.fixture(scope="session")
def api(night: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The API over that night, with Kindred's own templates."""
    with open_over(night, tmp_path_factory.mktemp("config")) as client:
        yield client


@pytest.fixture
def ask(api: TestClient) -> Callable[..., dict[str, Any]]:
    """What the API says, which must be an answer."""

    def asked(path: str, **query: Any) -> dict[str, Any]:
        answer = api.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return asked
