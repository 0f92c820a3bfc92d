"""Putting a backup in the place of the warehouse, without losing what has become true outside of it since.

Whom a night has erased stays erased, and what was sent stays known as sent, as far as the warehouse that goes can be
read.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dagster_project.lib.backups.contents import DATABASE, FILES, Backup, read_checked
from dagster_project.lib.backups.taking import copy_file
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.flushing import flush_folder
from dagster_project.lib.common.private_folders import make_private
from dagster_project.lib.privacy.restored_erasures import take_over_erasures


@dataclass(frozen=True)
class Restored:
    """What came of it. put_aside: where that is now which was in the warehouse's folder; None where nothing was.

    erasures: how many of its own the next night carries out again; None where there was no warehouse to ask.
    """

    backup: Backup
    put_aside: Path | None
    erasures: int | None


def restore_backup(
    folder: Path, warehouse: Path, deliveries: Path, now: datetime, *, is_replaced: bool
) -> Restored:
    """Make a backup the warehouse; the caller holds the night's lock.

    deliveries: the state of destinations in the warehouse; the one that is there stays, since it knows what was sent
    since. now: the clock, UTC. is_replaced: put aside a warehouse that is there. Nothing is touched before every file
    was checked and copied; two renames are the rest, and whoever is killed between them has the old one aside. Raises
    KindredError, naming the file, for a backup that cannot be used, and where there is a warehouse that is not to be
    replaced.
    """
    is_there = (warehouse / DATABASE).exists()
    if is_there and not is_replaced:
        raise KindredError(
            f"there is a warehouse in {warehouse}", "add --replace to put it aside, or name another DATA_DIR"
        )
    backup = read_checked(folder)
    coming = warehouse.with_name(f".{warehouse.name}.restoring")
    shutil.rmtree(coming, ignore_errors=True)
    try:
        make_private(coming)
        for name in backup.files:
            copy = coming / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / FILES / name, copy)
            copy.chmod(0o600)
        if deliveries.exists():
            (coming / deliveries.name).unlink(missing_ok=True)
            copy_file(deliveries, coming / deliveries.name)
        erasures = take_over_erasures(warehouse / DATABASE, coming / DATABASE) if is_there else None
        flush_folder(coming)
        aside = warehouse.with_name(f"{warehouse.name}.replaced-{now:%Y%m%dT%H%M%S}")
        warehouse.rename(aside)
        coming.rename(warehouse)
    except OSError as error:
        raise KindredError(
            f"the backup cannot be put into {warehouse} ({error.strerror})", "see to that, then start again"
        ) from None
    finally:
        shutil.rmtree(coming, ignore_errors=True)
    if all(path.suffix == ".lock" for path in aside.iterdir()):
        shutil.rmtree(aside)
        return Restored(backup, None, erasures)
    return Restored(backup, aside, erasures)
