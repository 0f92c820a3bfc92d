"""Who is who: Kindred against Splink 5 on the same normalized persons, in time and in F1, and components by themselves.

Sets: FEBRL 3, fake_1000 and generated records: 100,000 of each quality, 1,000,000 of the usual one. Give numbers of
records for generated sets alone. Splink is given the threshold that the truth likes best, Kindred its defaults. Each
engine runs in a process of its own, on two threads, one after the other.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from linkage.components import CHAIN, time_components
from linkage.data_sets import write_fake_1000, write_febrl, write_generated
from linkage.generator import SETTINGS
from linkage.kindred_side import prepare, run_kindred
from linkage.scoring import Run
from linkage.splink_side import run_splink

THREADS = 2
ROWS, MANY_ROWS = 100_000, 1_000_000


def _sets(sizes: list[int]) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Name and writer of each set."""
    if sizes:
        for size in sizes:
            yield f"generated, usual, {size:,}", partial(write_generated, size, "usual")
        return
    yield "FEBRL 3", write_febrl
    yield "fake_1000", write_fake_1000
    for setting in SETTINGS:
        yield f"generated, {setting}, {ROWS:,}", partial(write_generated, ROWS, setting)
    yield f"generated, usual, {MANY_ROWS:,}", partial(write_generated, MANY_ROWS, "usual")


def _alone(work: Callable[..., Any], *given: Any) -> tuple[Any, float]:
    """What the work returns in a new process, and that process's peak memory in GiB."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        result = pool.submit(work, *given).result()
        peak = pool.submit(_peak_memory).result()
    return result, peak


def _peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def _show(engine: str, run: Run, peak: float) -> None:
    threshold = "" if run.threshold is None else f", best threshold {run.threshold:.0f} bits"
    print(
        f"  {engine:8} train {run.train:6.1f} s, score {run.score:6.1f} s, cluster {run.cluster:5.1f} s,"
        f" all {run.seconds:6.1f} s; F1 {run.quality.f1:.4f}, precision {run.quality.precision:.4f},"
        f" recall {run.quality.recall:.4f}; {peak:.1f} GiB{threshold}",
        flush=True,
    )


def _compare(name: str, customers: Path, folder: Path) -> None:
    print(name, flush=True)
    (database, persons, truth), _ = _alone(prepare, customers, folder)
    edges = folder / "edges.parquet"
    theirs, their_peak = _alone(run_splink, persons, truth, edges, THREADS)
    _show("Splink", theirs, their_peak)
    ours, our_peak = _alone(run_kindred, database, truth, THREADS)
    _show("Kindred", ours, our_peak)
    print(
        f"  ratio of times {ours.seconds / theirs.seconds:.2f}, F1 {ours.quality.f1 - theirs.quality.f1:+.4f}"
    )
    _compare_components("  its joined pairs", f"from read_parquet('{edges}')")


def _compare_components(name: str, edges: str) -> None:
    (ours, theirs), _ = _alone(time_components, edges, THREADS)
    print(
        f"{name}: components {ours:.2f} s, Splink {theirs:.2f} s, ratio {ours / theirs:.2f}, the same partition",
        flush=True,
    )


def main() -> None:
    """Print what each engine took and found, set by set."""
    sizes = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    for name, write in _sets(sizes):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            try:
                write(folder / "customers.parquet")
            except FileNotFoundError as error:
                print(f"{name} left out: {error}")
                continue
            _compare(name, folder / "customers.parquet", folder)
    if not sizes:
        print("a chain of 10,000 records; Splink takes minutes", flush=True)
        _compare_components("  chain", CHAIN)


if __name__ == "__main__":
    main()
