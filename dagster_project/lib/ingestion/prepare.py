"""Before a night reads anything: is there something to read, and may the sample stand in for it.

A folder that a user names never gets invented data.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import say

SAMPLE_MARKER = ".sample"
"""A file in landing that says the sample was copied in; it makes `latest` the default of AS_OF."""
_UNFINISHED = ".sample.unfinished"
"""Lies there while the sample is copied in: half of it would be taken for exports of the user's."""


def prepare_landing(landing: Path, database: Path, sample: Path, *, is_named: bool) -> None:
    """Copy the sample into a data folder that was never used, or raise KindredError where nothing can be loaded.

    landing: `<DATA_DIR>/landing`. sample: the sample's landing folder. is_named: whether the user named DATA_DIR.
    """
    unfinished = landing / _UNFINISHED
    is_begun = unfinished.exists() and not is_named
    if not is_begun and (database.exists() or has_files(landing)):
        return
    check_landing(landing, database, is_named=is_named)
    landing.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    say("ingestion", "no exports yet: copying the sample into data/landing, seen as of its newest event")
    shutil.copytree(sample, landing, dirs_exist_ok=True)
    (landing / SAMPLE_MARKER).touch()
    unfinished.unlink()


def check_landing(landing: Path, database: Path, *, is_named: bool) -> None:
    """Raise KindredError where the user named a data folder in which there is nothing to load. Writes nothing."""
    if not is_named or database.exists() or has_files(landing):
        return
    if strays := stray_files(landing):
        more = f" and {len(strays) - 1} more" if len(strays) > 1 else ""
        raise KindredError(
            f"there is nothing to load: {landing / strays[0]}{more} lies above the folders that are read",
            f"move it into a folder of its own, such as {landing}/pos/sales/",
        )
    if landing.parent.name == landing.name:
        raise KindredError(
            f"there is nothing to load: DATA_DIR names {landing.parent}, which is a landing folder itself",
            f"name the folder that it is in: DATA_DIR={landing.parent.parent}",
        )
    raise KindredError(
        f"there is nothing to load: {landing} holds no file and there is no warehouse yet",
        "put exports into landing/<source>/<feed>/, or leave DATA_DIR out to try the sample",
    )


def has_files(landing: Path) -> bool:
    """Whether any file lies in a feed's folder."""
    return any(path.is_file() and not path.name.startswith(".") for path in landing.glob("*/*/**/*"))


def is_sample(landing: Path) -> bool:
    """Whether this landing was filled from the sample."""
    return (landing / SAMPLE_MARKER).exists()


def stray_files(landing: Path) -> list[str]:
    """Files above the folders of feeds, which no contract covers."""
    strays = [path for pattern in ("*", "*/*") for path in landing.glob(pattern)]
    return sorted(
        path.relative_to(landing).as_posix()
        for path in strays
        if path.is_file() and not path.name.startswith(".")
    )
