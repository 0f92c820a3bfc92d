"""`kindred warehouse`: backups of the warehouse, and help for who writes warehouse.yml."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from dagster_project.cli.schemas import schema_command
from dagster_project.lib.backups.restoring import restore_backup
from dagster_project.lib.backups.taking import take_backup
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.night_lock import hold_night_lock
from dagster_project.lib.common.progress import count_of
from dagster_project.lib.transformation.settings.warehouse_settings import WarehouseSettings
from dagster_project.settings import read_settings

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("warehouse")
def command() -> None:
    """The warehouse: backups of it, and what holds for all tables (warehouse.yml)."""


command.add_command(schema_command(WarehouseSettings, "warehouse.yml"))


@command.command("backup")
@click.argument("folder", type=_FOLDER)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def backup_command(folder: Path, as_json: bool) -> None:
    """Copy the warehouse into FOLDER, which is not there yet or empty, with a checksum of every file.

    What no night makes anew is in it: tables, ids, history, models, what was sent, Dagster's runs. Exports in landing
    and what is published are not. It waits for no night: where one is running, try again after it.
    """
    settings = read_settings()
    # The lock makes folders, which have no place in a folder that was named by mistake.
    if not settings.database.exists():
        raise KindredError(
            f"there is no warehouse in {settings.warehouse} yet", "run `kindred nightly` first"
        )
    with hold_night_lock(settings.lock):
        backup = take_backup(settings.warehouse, folder.resolve(), _now())
    if as_json:
        told = {
            "folder": str(folder),
            "as_of": backup.as_of,
            "files": len(backup.files),
            "bytes": backup.size,
        }
        click.echo(json.dumps(told))
        return
    files = count_of(len(backup.files), "file")
    click.echo(f"{files}, {backup.size / 1e6:,.1f} MB, as of {backup.as_of or 'no night'}, in {folder}")


@command.command("restore")
@click.argument("folder", type=_FOLDER)
@click.option("--replace", "is_replaced", is_flag=True, help="Put aside a warehouse that is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def restore_command(folder: Path, is_replaced: bool, as_json: bool) -> None:
    """Make the backup in FOLDER the warehouse, after every file of it was checked.

    The next night takes in what came since. What was sent since stays known as sent, and whom a night has erased
    since is erased again, as far as the warehouse that goes can be read.
    """
    settings = read_settings()
    with hold_night_lock(settings.lock):
        restored = restore_backup(
            folder.resolve(), settings.warehouse, settings.deliveries, _now(), is_replaced=is_replaced
        )
    aside, erasures = restored.put_aside, restored.erasures
    if as_json:
        told = {
            "as_of": restored.backup.as_of,
            "put_aside": str(aside) if aside else None,
            "erasures": erasures,
        }
        click.echo(json.dumps(told))
        return
    click.echo(f"the warehouse is as of {restored.backup.as_of or 'no night'}; run `kindred nightly` next")
    if aside:
        click.echo(
            f"what was there is in {aside}; remove it once you need it no more, it holds people's data"
        )
    if aside and erasures is None:
        click.echo("no erasure could be read out of it: deliver the requests since the backup anew")
    elif erasures:
        click.echo(f"the next night carries out {count_of(erasures, 'erasure')} of it again")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
