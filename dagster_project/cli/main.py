"""The command `kindred` and what all of its commands share: errors as one sentence, and an exit code."""

from __future__ import annotations

import sys

import click
from click.exceptions import NoSuchCommand

from dagster_project.lib.common.errors import KindredError
from dagster_project.settings import quiet_the_tools, read_settings


class _LazyGroup(click.Group):
    """Loads a command's module when it is called, so that --help does not wait for Dagster."""

    COMMANDS = (
        "alerts",
        "api",
        "campaigns",
        "clusters",
        "content",
        "contract",
        "destinations",
        "docs",
        "experiment",
        "experiments",
        "explain",
        "identity",
        "nightly",
        "offers",
        "privacy",
        "publication",
        "recommendations",
        "sample",
        "segment",
        "tracking-plan",
        "ui",
        "warehouse",
    )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.COMMANDS:
            return None
        from importlib import import_module

        return import_module(f"dagster_project.cli.{cmd_name.replace('-', '_')}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            # Click knows the names of loaded commands alone, and would suggest none.
            raise NoSuchCommand(error.command_name, possibilities=self.COMMANDS, ctx=ctx) from None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kindred")
def kindred() -> None:
    """Warehouse-native personalization: exports in, recommendations and segments out, every night.

    The environment says where: DATA_DIR (default data), CONFIG_DIR (default config), AS_OF (now, latest or an
    ISO time).
    """


def main() -> None:
    """Run the command; what a user can mend is told in one sentence, with exit code 1."""
    quiet_the_tools()
    try:
        kindred()
    except Exception as error:
        told = _explain(error)
        if told is None:
            raise
        click.echo(f"kindred: {told}", err=True)
        sys.exit(1)


def _explain(error: Exception) -> KindredError | None:
    """What the user can act on; None for an error of ours. A fault of the disk goes before what was made of it."""
    from dagster_project.lib.common.storage_faults import explain_storage_fault, is_storage_fault

    own = error if isinstance(error, KindredError) else None
    if own is not None and not is_storage_fault(own):
        return own
    return explain_storage_fault(error, read_settings().data_dir) or own
