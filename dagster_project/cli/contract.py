"""`kindred contract`: contracts without a night."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from dagster_project.cli.contract_table import CheckedContract, contract_lines, file_lines
from dagster_project.cli.schemas import schema_command
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import find_feeds, load_feed
from dagster_project.lib.ingestion.contract_files.rules import suggest
from dagster_project.lib.ingestion.contracts.contract import Contract
from dagster_project.lib.ingestion.contracts.feeds import Feed
from dagster_project.lib.ingestion.prepare import stray_files
from dagster_project.lib.ingestion.trial import try_feed
from dagster_project.settings import read_settings


@click.group("contract")
def command() -> None:
    """Look at the contracts of the feeds in landing."""


command.add_command(schema_command(Contract, "a contract"))


@command.command("check")
@click.argument("feeds", nargs=-1, metavar="[FEED]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.pass_context
def check(context: click.Context, feeds: tuple[str, ...], as_json: bool) -> None:
    """Validate every contract and try every file in landing against it, without loading anything.

    FEED, such as pos/sales, limits it to some. Exit code 1 where a contract is wrong or a file would be set aside;
    rows that would be rejected are told with their reasons.
    """
    settings = read_settings()
    chosen = _choose(find_feeds(settings.landing, settings.config_dir), feeds)
    contracts, valid = _check_contracts(chosen, settings.config_dir)
    now = datetime.now(UTC).replace(tzinfo=None)
    files = [trial for feed in valid for trial in try_feed(feed, settings.landing, now)]
    strays = [] if feeds else stray_files(settings.landing)
    if as_json:
        found = {"contracts": map(asdict, contracts), "files": map(asdict, files)}
        click.echo(json.dumps({key: list(value) for key, value in found.items()} | {"ignored_files": strays}))
    else:
        lines = contract_lines(contracts)
        if table := file_lines(files):
            lines += ["", *table]
        lines += [f"ignored {path}: exports belong in landing/<source>/<feed>/" for path in strays]
        nothing = f"no feeds: {settings.landing} holds no folder <source>/<feed> and there is no contract of your own"
        click.echo("\n".join(lines or [nothing]))
    if any(one.error for one in contracts) or any(file.status == "quarantined" for file in files):
        context.exit(1)


@command.command("infer")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", help="The canonical table, such as pos/sales, where you know it.")
@click.option("--source", help="The landing folder's first part; default: the file's folder or the table's.")
@click.option("--feed", help="The landing folder's second part.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the draft into this new file."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def infer(
    file: Path, table: str | None, source: str | None, feed: str | None, out: Path | None, as_json: bool
) -> None:
    """Draft a contract from an export: its table, dialect, formats of times and names of columns.

    The draft goes to standard output, what is doubtful to standard error. It holds no value of any row.
    """
    from dagster_project.lib.ingestion.inference.drafts import draft_contract
    from dagster_project.lib.ingestion.inference.trying import describe_trial, try_draft
    from dagster_project.lib.ingestion.inference.writing import write_draft

    draft = draft_contract(file, table, source, feed)
    text = write_draft(draft)
    trial = try_draft(draft, text, file, datetime.now(UTC).replace(tzinfo=None))
    warnings = [*draft.warnings, *describe_trial(trial)]
    for warning in warnings:
        click.echo(f"kindred: {warning}", err=True)
    if out is not None:
        _write_new(out, text)
    if as_json:
        found = {"feed": f"{draft.source}/{draft.feed}", "contract": draft.contract, "warnings": warnings}
        click.echo(json.dumps(found | {"extra_columns": draft.extra_columns, "rows_in": trial.rows_in}))
    elif out is None:
        click.echo(text, nl=False)


def _write_new(path: Path, text: str) -> None:
    """A draft never takes the place of a contract that somebody wrote."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise KindredError(f"{path} is there already", "name another file with --out") from None
    except OSError as error:
        raise KindredError(
            f"{path} cannot be written ({error.strerror})", "name another file with --out"
        ) from None


def _choose(found: dict[str, Path | None], wanted: Iterable[str]) -> dict[str, Path | None]:
    wanted = [name.strip("/") for name in wanted]
    for name in wanted:
        if name not in found:
            raise KindredError(
                f"there is no feed {name!r}{suggest(name, found)}",
                "name a folder of landing or a contract, as <source>/<feed>",
            )
    return {name: path for name, path in found.items() if not wanted or name in wanted}


def _check_contracts(
    found: dict[str, Path | None], config_dir: Path
) -> tuple[list[CheckedContract], list[Feed]]:
    """Every contract with what is wrong with it, and the feeds of those that are not."""
    checked, valid = [], []
    for folder, path in found.items():
        try:
            feed = load_feed(folder, path, config_dir)
        except KindredError as error:
            checked.append(CheckedContract(folder, None, str(error)))
        else:
            checked.append(CheckedContract(folder, feed.raw_table, None))
            valid.append(feed)
    return checked, valid
