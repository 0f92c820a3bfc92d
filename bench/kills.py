"""Nights killed at their durable writes and at random instants: does each, run again, end as one that was not killed?

A kill is SIGKILL, with no chance to clean up, before, during or after a write; see tests/nightly/killing.py for what
counts as one. Every kill has a data folder of its own, over which the night is then run again while somebody reads what
is published. Without options one write of each kind after each stage is taken, and ten instants. Run with `--all` for
every write and a hundred instants, which takes days, or with two numbers: of writes, and of instants.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

# tests/nightly is no package: its files find each other by this path
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("", "tests/nightly")]

from killed_nights import (
    KILLED,
    Shop,
    Write,
    content,
    list_files,
    make_shop,
    one_of_each,
    read_writes,
    reading_throughout,
)
from killing import Kill, Moment

SEED, INSTANTS = 1, 10


def main() -> None:
    """Kill as often as was asked for, a line each, and a summary in the end."""
    rng = Random(SEED)
    with tempfile.TemporaryDirectory(prefix="kindred-kills-") as name:
        folder = Path(name)
        shop = make_shop(folder)
        begin = time.perf_counter()
        clean = shop.copy(folder / "clean")
        ended = shop.watch(clean, folder / "record")
        assert ended.code == 0, ended.output + ended.errors
        seconds = time.perf_counter() - begin
        writes = read_writes(folder / "record")
        kinds = ", ".join(
            f"{count:,} {kind}" for kind, count in Counter(w.kind for w in writes).most_common()
        )
        print(f"a night has {len(writes):,} durable writes: {kinds}", flush=True)
        chosen, instants = _choose(writes, rng)
        begin, same, kills = time.perf_counter(), 0, 0
        for write, moment in chosen:
            kills += 1
            kill = Kill(write.stage, write.place, moment)
            text = f"{moment} {write.kind} {write.what!r}, {write.place} after {write.stage or 'the start'}"
            same += _is_same(
                shop, folder, clean, text, lambda d, kill=kill: shop.watch(d, folder / "r", kill).code
            )
        for instant in (rng.uniform(0, seconds) for _ in range(instants)):
            kills += 1
            text = f"{instant:.2f} s after the start"
            same += _is_same(shop, folder, clean, text, lambda d, at=instant: shop.kill_at(d, at, folder))
        print(f"{kills} kills, {same} ended the same, {time.perf_counter() - begin:,.0f} s")
        sys.exit(same != kills)


def _choose(writes: list[Write], rng: Random) -> tuple[list[tuple[Write, Moment]], int]:
    if sys.argv[1:] == ["--all"]:
        return [(write, moment) for write in writes for moment in write.moments()], 100
    several = one_of_each(writes, rng)
    most, instants = map(int, sys.argv[1:]) if sys.argv[1:] else (len(several), INSTANTS)
    several = sorted(rng.sample(several, min(most, len(several))), key=writes.index)
    return [(write, rng.choice(write.moments())) for write in several], instants


def _is_same(
    shop: Shop, folder: Path, clean: Path, text: str, run_and_kill: Callable[[Path], int | None]
) -> bool:
    data_dir = shop.copy(folder / "killed")
    with reading_throughout(data_dir) as reader:
        code = run_and_kill(data_dir)
        ended = shop.run(data_dir)
    faults = []
    if code not in (KILLED, 0):
        faults.append(f"the first night ended with {code}")
    if ended.code:
        faults.append(f"the second one with {ended.code}: {ended.errors[-2000:]}")
    elif content(data_dir) != content(clean):
        of, than = content(data_dir), content(clean)
        faults.append(
            f"other tables: {sorted(t for t in of.keys() | than.keys() if of.get(t) != than.get(t))}"
        )
    if not ended.code and (other := list_files(data_dir) ^ list_files(clean)):
        faults.append(f"other files: {sorted(other)}")
    if reader.fault:
        faults.append(f"a reader met {reader.fault}")
    print(
        f"{'same' if not faults else 'OTHER'}{' (was not killed)' if code == 0 else ''}: {text}",
        *faults,
        sep="\n    ",
        flush=True,
    )
    shutil.rmtree(data_dir)
    return not faults


if __name__ == "__main__":
    main()
