"""What the environment says, and what it means where it says nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.settings import PROJECT, read_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in ("DATA_DIR", "CONFIG_DIR", "AS_OF"):
        monkeypatch.delenv(name, raising=False)


def test_without_environment_the_checkouts_own_folders_are_used():
    settings = read_settings()
    assert (settings.data_dir, settings.config_dir) == (PROJECT / "data", PROJECT / "config")
    assert not settings.is_data_dir_named
    assert settings.as_of is None


def test_a_named_folder_is_taken_as_it_is(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert read_settings().landing == tmp_path / "landing"
    assert read_settings().is_data_dir_named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", "now"),
        ("LATEST", "latest"),
        ("2026-01-31", datetime(2026, 1, 31)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10)),
    ],
)
def test_as_of_is_an_instant_in_utc_or_a_word(monkeypatch, text, expected):
    monkeypatch.setenv("AS_OF", text)
    assert read_settings().as_of == expected


def test_an_as_of_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("AS_OF", "31.01.2026")
    with pytest.raises(KindredError, match=r"AS_OF is '31\.01\.2026'"):
        read_settings()
