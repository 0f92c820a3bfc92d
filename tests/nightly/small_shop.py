"""A shop a quarter the sample's size, for nights of which no test needs more.

Nobody in it asks for anything: before an erasure who is who is built apart, which is a fifth of such a night.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from dagster_project.lib.sample import generate


def generate_small_shop(folder: Path) -> None:
    """Write its exports and its truth, as `kindred sample` does with its own.

    The exports look an hour old: a night waits for young files, which somebody may be writing.
    """
    generate(folder, customers=120, seed=3)
    shutil.rmtree(folder / "landing" / "privacy")
    hour_ago = time.time() - 3600
    for path in (folder / "landing").rglob("*.*"):
        os.utime(path, (hour_ago, hour_ago))
