"""A gate that does not open: nothing is published, the last snapshot stays, the reason is told; the rest mends it."""

from __future__ import annotations

import shutil

import pytest

HEADER = "order_id,ordered_at,product_id,quantity,unit_price,customer_id\n"


def _sales(prefix, year):
    lines = [f"{prefix}{n},{year}-01-{n % 28 + 1:02d},P{n % 7},1,2.5,{n % 40}\n" for n in range(200)]
    return HEADER + "".join(lines)


@pytest.fixture
def shop(default_night, tmp_path):
    """A shop with one good night behind it."""
    assert default_night.first.code == 0, default_night.first.output + default_night.first.errors
    shutil.copytree(default_night.data_dir, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


def test_an_implausible_arrival_stops_the_night_and_the_corrected_file_lets_it_go_on(
    kindred, shop, no_ranker
):
    good = (shop / "published" / "current").resolve()
    broken = shop / "landing" / "pos" / "sales" / "b.csv"
    broken.parent.mkdir(exist_ok=True)
    broken.write_text(_sales("x", 1926))
    ended = kindred("nightly", DATA_DIR=str(shop), CONFIG_DIR=no_ranker, AS_OF="latest")
    assert ended.code == 1
    assert "error in raw.pos_sales: ordered_at should be 95% between 1990 and arrival" in ended.output
    assert len(ended.errors.strip().splitlines()) == 1
    assert "raw/pos_sales: arrival_is_plausible" in ended.errors
    assert (shop / "published" / "current").resolve() == good
    broken.write_text(_sales("x", 2026))
    ended = kindred("nightly", DATA_DIR=str(shop), CONFIG_DIR=no_ranker, AS_OF="latest")
    assert ended.code == 0, ended.output + ended.errors
    assert (shop / "published" / "current").resolve() != good
