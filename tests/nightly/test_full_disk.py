"""A full disk is told of as such and costs nothing that was published; with room again the night goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from killed_nights import DESTINATION, Shop, content, list_files
from small_disks import STAGES_BEFORE, find_faults, run_without_room, small_disk


@pytest.fixture
def shop(default_night, no_ranker, tmp_path) -> Shop:
    config = tmp_path / "config"
    shutil.copytree(no_ranker, config)
    (config / "destinations.yml").write_text(DESTINATION)
    return Shop(default_night.data_dir, str(config))


@pytest.fixture
def disk(tmp_path: Path):
    try:
        with small_disk(tmp_path / "disk") as folder:
            yield folder
    except OSError as error:
        pytest.skip(str(error))


def test_a_night_goes_on_where_there_is_room_again(shop: Shop, disk: Path, tmp_path: Path):
    data_dir = shop.copy(disk / "data")
    current = (data_dir / "published" / "current").resolve()
    for place in ("transformation", "training", "publication"):
        ended = run_without_room(shop, data_dir, STAGES_BEFORE[place], tmp_path / "record")
        assert not find_faults(ended, data_dir, current), place
    ended = shop.run(data_dir)
    assert ended.code == 0, ended.output + ended.errors
    clean = shop.copy(tmp_path / "clean")
    assert shop.run(clean).code == 0
    assert content(data_dir) == content(clean)
    assert list_files(data_dir) == list_files(clean)
