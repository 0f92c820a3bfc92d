"""`kindred privacy`: requests of people about their data, and help for who writes privacy.yml."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from dagster_project.cli.privacy_audit import audit_command
from dagster_project.cli.privacy_consents import consents_command
from dagster_project.cli.privacy_counts import counts_command
from dagster_project.cli.schemas import schema_command
from dagster_project.lib.common import warehouse
from dagster_project.lib.privacy.access import gather, prepare
from dagster_project.lib.privacy.access_folders import DATA, FOLDER, PAGE, write_answer
from dagster_project.lib.privacy.access_person import read_asked
from dagster_project.lib.privacy.privacy_settings import PrivacySettings
from dagster_project.lib.privacy.requests import write_request
from dagster_project.settings import read_settings


@click.group("privacy")
def command() -> None:
    """What people say about their data: requests, and privacy.yml."""


for each in (audit_command, consents_command, counts_command):
    command.add_command(each)
command.add_command(schema_command(PrivacySettings, "privacy.yml"))


def _make_request(kind: str, becomes: str, description: str) -> click.Command:
    """The command that makes requests of a kind. becomes: what is said of one that was made."""

    @click.command(kind, help=description)
    @click.option("--customer-id", default="", help="Their id in the shop's systems.")
    @click.option("--email", default="", help="An e-mail address of theirs.")
    @click.option("--phone", default="", help="A telephone number of theirs that is nobody else's.")
    def make(customer_id: str, email: str, phone: str) -> None:
        settings = read_settings()
        named = {"customer_id": customer_id, "email": email, "phone": phone}
        now = datetime.now(UTC).replace(tzinfo=None)
        request_id = write_request(settings.landing, settings.config_dir, kind, named, now)
        click.echo(f"request {request_id}: {becomes}")

    return make


command.add_command(
    _make_request(
        "erase",
        "the next night erases them; they are sent nothing meanwhile",
        "Let the next night erase a person wherever anything of them is kept; their orders stay as nobody's.",
    )
)
command.add_command(
    _make_request(
        "restrict",
        "from the next night on they are in no model, list or export; they are sent nothing meanwhile",
        "Keep what is known of a person and use it for nothing, whatever they agreed to.",
    )
)


@command.command("access")
@click.option("--customer-id", default="", help="Their id in the shop's systems, or their customer_id here.")
@click.option("--email", default="", help="An e-mail address of theirs.")
@click.option("--phone", default="", help="A telephone number of theirs.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that is not there yet; by default one of its own below the warehouse, for 30 days.",
)
def access(customer_id: str, email: str, phone: str, out: Path | None) -> None:
    """Write down all that is held of one person, and where it came from, for that person to have.

    Of several identifiers each must be theirs. It is as the last night left it; rows of anybody else are left out. In a
    folder of your own it is yours to remove, also when the person is erased.
    """
    settings = read_settings()
    now = datetime.now(UTC).replace(tzinfo=None)
    folder = out or settings.warehouse / FOLDER / str(uuid4())
    with warehouse.reading(settings.database) as connection:
        asked = read_asked(connection, {"customer_id": customer_id, "email": email, "phone": phone})
        prepare(connection)
        write_answer(gather(connection, settings.deliveries, asked, now), folder)
    click.echo(f"{folder / PAGE}\n{folder / DATA}")
