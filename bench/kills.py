"""Nights killed at their durable writes and at random instants: does each, run again, end as one that was not killed?

A kill is SIGKILL, with no chance to clean up, before, during or after a write; tests/nightly/watched_nights.py says
what counts as one. A night is killed at one write, goes on to the next, and so on to its end, while somebody reads
what is published; then it is held against one that was not killed. Of each kind of write after each stage one is taken,
and a hundred instants. Run with two numbers for fewer: of writes, and of instants.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

# tests/nightly is no package: its files find each other by this path
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("", "tests/nightly")]

from killed_nights import (
    KILLED,
    Shop,
    content,
    list_files,
    make_shop,
    one_of_each,
    read_writes,
    reading_throughout,
)
from watched_nights import Kill

SEED, INSTANTS, AT_ONCE = 1, 100, 2


@dataclass(frozen=True)
class Attempt:
    """One way to kill a night. run: given its folder, goes on with it to the kill, and returns how it ended."""

    text: str
    run: Callable[[Path], int | None]


def main() -> None:
    """Kill as often as was asked for, a line a night, and a summary in the end."""
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
            f"{count:,} {kind}" for kind, count in Counter(write.kind for write in writes).most_common()
        )
        print(f"a night has {len(writes):,} durable writes: {kinds}", flush=True)
        kills = [
            Kill(write.stage, write.place, moment)
            for write in one_of_each(writes, rng)
            for moment in write.moments()
        ]
        most, instants = map(int, sys.argv[1:]) if sys.argv[1:] else (len(kills), INSTANTS)
        kills = [kills[place] for place in sorted(rng.sample(range(len(kills)), min(most, len(kills))))]
        parts = [
            *_parts([_at_write(shop, folder, kill) for kill in kills], AT_ONCE),
            *_parts(
                [_at_instant(shop, folder, rng.uniform(0, seconds)) for _ in range(instants)], instants // 10
            ),
        ]
        begin, killed, nights, same = time.perf_counter(), 0, 0, 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for part in pool.map(lambda part: list(_kill_on(shop, folder, clean, part)), parts):
                for kills_of_night, is_same in part:
                    killed, nights, same = killed + kills_of_night, nights + 1, same + is_same
        print(
            f"{killed} kills of {nights} nights, {same} ended the same, {time.perf_counter() - begin:,.0f} s"
        )
        sys.exit(same != nights)


def _parts(attempts: list[Attempt], count: int) -> Iterator[list[Attempt]]:
    size = -(-len(attempts) // max(count, 1)) or 1
    for first in range(0, len(attempts), size):
        yield attempts[first : first + size]


def _at_write(shop: Shop, folder: Path, kill: Kill) -> Attempt:
    record = folder / f"record of {kill.stage} {kill.write} {kill.moment}"
    text = f"{kill.moment} write {kill.write} after {kill.stage or 'the start'}"
    return Attempt(text, lambda data_dir: shop.watch(data_dir, record, kill).code)


def _at_instant(shop: Shop, folder: Path, seconds: float) -> Attempt:
    said = folder / f"said until {seconds}"
    said.mkdir()
    return Attempt(f"{seconds:.2f} s after the start", lambda data_dir: shop.kill_at(data_dir, seconds, said))


def _kill_on(
    shop: Shop, folder: Path, clean: Path, attempts: Iterable[Attempt]
) -> Iterator[tuple[int, bool]]:
    """Nights that are killed at one attempt after the other; how often each was, and whether it ended the same."""
    left = deque(attempts)
    while left:
        first = left[0].text
        data_dir = shop.copy(folder / f"killed {first}")
        killed, code = [], KILLED
        with reading_throughout(data_dir) as reader:
            while left and code == KILLED:
                attempt = left.popleft()
                code = attempt.run(data_dir)
                killed += [attempt.text] if code == KILLED else []
            ended = shop.run(data_dir)
        faults = [f"a reader met {reader.fault}"] if reader.fault else []
        if code not in (KILLED, 0):
            faults.append(f"one that was not killed ended with {code}")
        if ended.code:
            faults.append(f"the last one ended with {ended.code}: {ended.errors[-2000:]}")
        else:
            of, than = content(data_dir), content(clean)
            faults += [
                f"other table: {t}" for t in sorted(of.keys() | than.keys()) if of.get(t) != than.get(t)
            ]
            faults += [f"other file: {file}" for file in sorted(list_files(data_dir) ^ list_files(clean))]
        told = f"{len(killed)} kills from {first}, read {reader.reads} times"
        print(f"{'OTHER' if faults else 'same'}: {told}", *faults, sep="\n    ", flush=True)
        shutil.rmtree(data_dir)
        yield len(killed), not faults


if __name__ == "__main__":
    main()
