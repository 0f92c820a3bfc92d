"""Nights whose disk is full from a stage on: clear words, the last snapshot stays, and all is well once there is room.

The disk is one of memory, which takes root to mount. Every stage has a data folder of its own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

# tests/nightly is no package: its files find each other by this path
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("", "tests/nightly")]

from killed_nights import content, list_files, make_shop
from small_disks import STAGES_BEFORE, find_faults, run_without_room, small_disk


def main() -> None:
    """A line a stage, with what is wrong."""
    begin, well = time.perf_counter(), 0
    with tempfile.TemporaryDirectory(prefix="kindred-full-disks-") as name:
        folder = Path(name)
        shop = make_shop(folder)
        clean = shop.copy(folder / "clean")
        ended = shop.run(clean)
        assert ended.code == 0, ended.output + ended.errors
        for stage, told_before in STAGES_BEFORE.items():
            with small_disk(folder / stage) as disk:
                data_dir = shop.copy(disk / "data")
                current = (data_dir / "published" / "current").resolve()
                ended = run_without_room(shop, data_dir, told_before, folder / "record")
                # before delivery the new snapshot is there already
                faults = find_faults(ended, data_dir, None if stage == "delivery" else current)
                ended = shop.run(data_dir)
                if ended.code:
                    faults.append(f"with room it ended with {ended.code}: {ended.errors[-2000:]}")
                elif content(data_dir) != content(clean):
                    faults.append("other tables")
                elif other := list_files(data_dir) ^ list_files(clean):
                    faults.append(f"other files: {sorted(other)}")
            well += not faults
            print(
                f"{'well' if not faults else 'NOT WELL'}: no room in {stage}",
                *faults,
                sep="\n    ",
                flush=True,
            )
    print(f"{len(STAGES_BEFORE)} full disks, {well} ended well, {time.perf_counter() - begin:,.0f} s")
    sys.exit(well != len(STAGES_BEFORE))


if __name__ == "__main__":
    main()
