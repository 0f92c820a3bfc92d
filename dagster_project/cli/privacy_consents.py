"""`kindred privacy consents`: what somebody agreed to at a time, by what was known at a time."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click

from dagster_project.lib.activation.published import read_manifest
from dagster_project.lib.privacy.held_consents import (
    ALWAYS,
    QUESTION,
    HeldConsent,
    read_held_consents,
    read_instant,
)
from dagster_project.lib.privacy.privacy_settings import UndecidedConsents, load_privacy_settings
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses
from dagster_project.settings import read_settings


@click.command("consents")
@click.argument("customer")
@click.option(
    "--purpose", type=click.Choice(list(UndecidedConsents.model_fields)), help="Of one purpose alone."
)
@click.option("--at", "at", help="At this time; the published night's where left out.")
@click.option("--known-at", help="By what Kindred knew at this time; all that is known where left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def consents_command(
    customer: str, purpose: str | None, at: str | None, known_at: str | None, *, as_json: bool
) -> None:
    """Say what CUSTOMER agreed to at a time, by what was known at a time, and since when.

    CUSTOMER is a customer's id (of today or of an earlier night), a record as feed|kind|id in quotes, such as
    'crm/customers|customer|4711', or a record's id in its source where that is one customer's. Times are ISO, such as
    2026-01-31T12:00:00+01:00, and UTC where they have no offset; a day alone is its first instant. Who was one person
    and who two is told by what the published night knows; defaults are those that privacy.yml has now.
    """
    settings = read_settings()
    current = settings.published / "current"
    held_at = read_instant(at or read_manifest(current)["as_of"], "--at")
    known = ALWAYS if known_at is None else read_instant(known_at, "--known-at")
    customer_id, consents = read_held_consents(
        current,
        read_analyses()[QUESTION],
        load_privacy_settings(settings.config_dir),
        customer,
        held_at,
        known,
    )
    chosen = [consent for consent in consents if purpose in (None, consent.purpose)]
    if as_json:
        answer = {
            "customer_id": customer_id,
            "held_at": held_at.isoformat(),
            "known_at": None if known_at is None else known.isoformat(),
            "consents": [asdict(consent) for consent in chosen],
        }
        click.echo(json.dumps(answer, default=datetime.isoformat))
        return
    by_what = "all that is known" if known_at is None else f"what was known at {known} UTC"
    click.echo(f"{customer_id} at {held_at} UTC, by {by_what}")
    for consent in chosen:
        click.echo(f"  {consent.purpose:<16} {consent.status:<8} {_reason(consent)}")


def _reason(consent: HeldConsent) -> str:
    if consent.is_default:
        return "by default, nobody had decided"
    about = "" if consent.decided_purpose == consent.purpose else f" about {consent.decided_purpose}"
    return f"by {consent.kind}{about} of {consent.decided_at} UTC, known since {consent.known_at} UTC"
