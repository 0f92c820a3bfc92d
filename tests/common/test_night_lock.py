"""One night at a time on one data folder, and whoever asks is told whether one is running."""

from __future__ import annotations

import subprocess
import sys

import pytest
from filelock import FileLock

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.night_lock import hold_night_lock, is_night_running


@pytest.fixture
def lock(tmp_path):
    return tmp_path / "warehouse" / "night.lock"


def test_a_night_is_running_as_long_as_its_lock_is_held(lock):
    with hold_night_lock(lock):
        assert is_night_running(lock)
    assert not is_night_running(lock)


def test_a_night_that_stops_half_way_leaves_no_lock_behind(lock):
    with pytest.raises(ZeroDivisionError), hold_night_lock(lock):
        raise ZeroDivisionError
    assert not is_night_running(lock)


def test_the_lock_file_of_a_process_that_was_killed_holds_up_nobody(lock):
    """Its content says nothing: who holds a lock is for the system to know."""
    lock.parent.mkdir()
    held = f"import os; from filelock import FileLock; FileLock({str(lock)!r}).acquire(); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", held], check=False).returncode == 9
    lock.write_text("garbage")
    assert not is_night_running(lock)
    with hold_night_lock(lock):
        assert is_night_running(lock)


def test_a_second_night_is_refused_with_the_folder_it_would_run_on(lock, tmp_path):
    lock.parent.mkdir()
    told = f"another night is running on {tmp_path}"
    with FileLock(lock), pytest.raises(KindredError, match=told), hold_night_lock(lock):
        pass


def test_who_holds_the_lock_may_hold_it_again(lock):
    with hold_night_lock(lock):
        with hold_night_lock(lock):
            pass
        assert is_night_running(lock)


HOLD_AND_BE_KILLED = """
import os, signal, sys
from pathlib import Path
from dagster_project.lib.common.night_lock import hold_night_lock

with hold_night_lock(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_of_a_night_that_was_killed_is_no_lock(lock):
    ended = subprocess.run([sys.executable, "-c", HOLD_AND_BE_KILLED, str(lock)], timeout=60, check=False)
    assert ended.returncode < 0
    assert lock.exists()
    assert not is_night_running(lock)
    with hold_night_lock(lock):
        pass
