"""One night over the sample with faults and canaries among its exports, for all tests that read it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from canaries import put_canaries
from faults.table import Delivered, cases_of, deliver

from tests.conftest import BuiltNight

FAULTS = {
    "text for a number": "pos/order_lines",
    "required and missing": "crm/customers",
    "too few fields": "pos/orders",
    "letters of another encoding": "crm/interactions",
    "a line that breaks off": "clickstream/events",
    "broken JSON": "clickstream/events",
    "time later than its file": "email/events",
    "truncated gzip": "products/reviews",
    "Parquet that is none": "enrichment/attributes",
    "required column misspelt": "consents/decisions",
    "error page of a web server": "products/catalog",
    "unclosed quote": "crm/surveys",
    "an upload under way": "pos/sales",
}
"""Fault -> the source that has it."""


@dataclass(frozen=True)
class FaultyNight:
    """A night that had to cope, as it ended."""

    data_dir: Path
    delivered: dict[str, Delivered]
    output: str
    errors: str
    code: int

    @property
    def snapshot(self) -> Path:
        return (self.data_dir / "published" / "current").resolve()


@pytest.fixture(scope="session")
def faulty_night(
    built_once: Callable[..., Path], sample_landing: Path, tmp_path_factory: pytest.TempPathFactory
) -> FaultyNight:
    """The sample with one file of each fault beside its own, and with files full of canaries."""
    landing = tmp_path_factory.mktemp("faulty") / "landing"
    shutil.copytree(sample_landing, landing)
    delivered = {}
    for name, table in FAULTS.items():
        case = next(case for case in cases_of(table) if case.fault.name == name)
        delivered[name] = deliver(case, landing, Random(name))
    put_canaries(landing)
    night = BuiltNight.read(built_once("faulty", lambda folder: BuiltNight.run(folder, landing)))
    return FaultyNight(night.data_dir, delivered, night.first.output, night.first.errors, night.first.code)
