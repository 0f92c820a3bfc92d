"""A disk of its own for a data folder, and nights that find it full from a given moment on."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hearing import hear

from tests.processes import Ended, call_kindred, run_apart

_BALLAST = "ballast"


class NoDiskError(Exception):
    """No disk can be mounted here, and why."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder that is a disk of this size, in memory. NoDiskError where none can be mounted here."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        raise NoDiskError("a disk of a given size is mounted by root alone")
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    mounted = subprocess.run([mount, *options], capture_output=True, text=True, check=False)
    if mounted.returncode:
        raise NoDiskError(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def run_until_full(moment: str, left: int, data_dir: Path, **environment: str) -> Ended:
    """Run a night whose disk has `left` bytes free from a moment on, then give the room back.

    moment: `stage:n`, when the night has told of the stage for the n-th time, or `module.function`, when that is
    called first.
    """
    where = {**os.environ, "DATA_DIR": str(data_dir), "AS_OF": "latest", **environment}
    try:
        return run_apart(_run_night, moment, str(left), str(data_dir), environment=where)
    finally:
        (data_dir / _BALLAST).unlink(missing_ok=True)


def _run_night(moment: str, left: str, data_dir: str) -> None:
    def fill() -> None:
        ballast = Path(data_dir) / _BALLAST
        if ballast.exists():
            return
        disk = os.statvfs(data_dir)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - int(left))

    if ":" in moment:
        _fill_when_told(moment, fill)
    else:
        module, _, function = moment.rpartition(".")
        _fill_before(importlib.import_module(module), function, fill)
    call_kindred("nightly")


def _fill_when_told(moment: str, fill: Any) -> None:
    stage, _, count = moment.partition(":")
    told = 0

    def count_lines(of: str, message: str) -> None:
        nonlocal told
        told += of == stage
        if of == stage and told == int(count):
            fill()

    hear(count_lines)


def _fill_before(module: Any, function: str, fill: Any) -> None:
    called = getattr(module, function)

    def fill_and_call(*arguments: Any, **options: Any) -> Any:
        fill()
        return called(*arguments, **options)

    setattr(module, function, fill_and_call)
