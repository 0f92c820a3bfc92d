"""A night's folder of a test, as the ops see it."""

from __future__ import annotations

from datetime import datetime

import pytest

from dagster_project.defs.resources import Night
from dagster_project.lib.common import warehouse


@pytest.fixture
def night(tmp_path, monkeypatch) -> Night:
    """A night on a warehouse without tables, as of the first of January."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CONFIG_DIR", raising=False)
    night = Night()
    with night.connect() as connection:
        warehouse.begin_night(connection, "run", datetime(2026, 1, 1), datetime(2026, 1, 1, 2))
    return night
