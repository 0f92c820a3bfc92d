"""One night killed a dozen times over, at its durable writes, before one run of it is let come to its end.

`bench/kills.py` kills a night of its own at each of many more writes, and at random instants.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from killed_nights import (
    DESTINATION,
    KILLED,
    Shop,
    Write,
    content,
    list_files,
    read_writes,
    reading_throughout,
)
from watched_nights import Kill

KILLS, SEED = 12, 7
REPEATED = {"start", "ingestion", "privacy", "publication", "activation", "done"}
"""Stages that do their work in every run; all others say that an earlier one has done it."""
REUSED = ("unchanged inputs", "judged before")


@pytest.fixture(scope="module")
def shop(default_night, no_ranker, tmp_path_factory) -> Shop:
    config = tmp_path_factory.mktemp("config")
    shutil.copytree(no_ranker, config, dirs_exist_ok=True)
    (config / "destinations.yml").write_text(DESTINATION)
    return Shop(default_night.data_dir, str(config))


def _choose(writes: list[Write], rng: Random) -> list[Kill]:
    """Spread over the stages in their order, each of another kind as far as there are kinds."""
    told = list(dict.fromkeys(write.stage for write in writes))
    stages = [stage for stage in told if sum(write.stage == stage for write in writes) > 1]
    kinds: dict[str, int] = dict.fromkeys((write.kind for write in writes), 0)
    kills = []
    for stage in sorted(rng.sample(stages, min(KILLS, len(stages))), key=told.index):
        there = [write for write in writes if write.stage == stage]
        kind = min({write.kind for write in there}, key=lambda kind: (kinds[kind], kind))
        kinds[kind] += 1
        write = rng.choice([write for write in there if write.kind == kind])
        kills.append(Kill(stage, write.place, rng.choice(write.moments())))
    return kills


def test_a_night_killed_a_dozen_times_ends_as_one_that_was_not(shop: Shop, tmp_path: Path):
    clean, killed, record = shop.copy(tmp_path / "clean"), shop.copy(tmp_path / "killed"), tmp_path / "record"
    ended = shop.watch(clean, record)
    assert ended.code == 0, ended.output + ended.errors
    kills = _choose(read_writes(record), Random(SEED))
    assert len(kills) == KILLS
    finished: set[str] = set()
    with reading_throughout(killed) as reader:
        for kill in kills:
            run = shop.watch(killed, record, kill)
            assert run.code == KILLED, f"{kill}: {run.output}{run.errors}"
            _check_not_repeated(run.output, finished)
            # a stage that was the last to tell may have been killed before it noted that it is done
            finished |= {_stage(line) for line in run.output.splitlines()[:-1]}
        ended = shop.run(killed)
    assert ended.code == 0, ended.output + ended.errors
    assert not reader.fault
    assert reader.reads
    assert content(killed) == content(clean)
    assert list_files(killed) == list_files(clean)


def _check_not_repeated(output: str, finished: set[str]) -> None:
    for line in output.splitlines():
        stage = _stage(line)
        assert stage not in finished - REPEATED or any(words in line for words in REUSED), line


def _stage(line: str) -> str:
    """As it tells of itself; of a gate, which one."""
    _, stage, message = line.split(maxsplit=2)
    return f"{stage} {message.split(':')[0]}" if stage == "validation" else stage
