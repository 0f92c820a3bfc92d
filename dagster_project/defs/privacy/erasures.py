"""Erasure and access: who asked to be forgotten goes before any model is built, and who asked what is held of them is
answered when all is published; each has a receipt when the night has ended.
"""

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import (
    ARRIVAL,
    BETWEEN_NIGHTS,
    OWNERS,
    PRIVACY,
    models_hash,
    night_fingerprint,
)
from dagster_project.lib.common import fingerprints
from dagster_project.lib.common.progress import count_of, reporting, say
from dagster_project.lib.common.warehouse import read_as_of
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts, load_feeds
from dagster_project.lib.ingestion.contracts.feeds import raw_table
from dagster_project.lib.privacy.access_folders import FOLDER, KEPT_DAYS, remove_old
from dagster_project.lib.privacy.access_requests import answer_requests
from dagster_project.lib.privacy.erasure import erase
from dagster_project.lib.privacy.open_requests import is_any_asked, resolve_records
from dagster_project.lib.privacy.privacy_settings import load_privacy_settings
from dagster_project.lib.privacy.receipts import write_receipts
from dagster_project.lib.privacy.retention import expire_rows

IDENTITY_SETTINGS = table_key("operations.identity_settings")
ERASURES = table_key("operations.erasures")


@dg.asset(
    key=ERASURES,
    deps=[
        IDENTITY_SETTINGS,
        table_key("operations.current_night"),
        *map(table_key, map(raw_table, canonical_contracts())),
    ],
    group_name=PRIVACY,
    kinds={"duckdb"},
    owners=OWNERS,
    description="One row a request to be forgotten that was carried out in raw tables and landing; it names nobody.",
)
def erasures(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """Take out of raw tables, landing and records who asked for it, and who was erased before and came again.

    Between nights only who came again: a request is denied everything at once and carried out at night.
    """
    settings = night.settings
    are_carried_out = not BETWEEN_NIGHTS.items() <= context.run.tags.items()
    with night.connect() as connection:
        is_any_asked_tonight = are_carried_out and is_any_asked(connection, settings.warehouse)
    if is_any_asked_tonight:
        resolve_records(settings.database, models_hash(night))
    with night.connect() as connection, reporting(PRIVACY) as outcome:
        feeds = load_feeds(settings.landing, settings.config_dir)
        erasure = erase(
            connection,
            settings.warehouse,
            settings.landing,
            feeds,
            night.now(),
            are_carried_out=are_carried_out,
        )
        erased = erasure.erased
        outcome.message = (
            f"{count_of(erasure.requests, 'request')} to erase; {count_of(erased.rows, 'row')} erased,"
            f" {count_of(erased.orders, 'order')} made anonymous, {count_of(erased.files, 'file')} written anew"
        )
        retention = load_privacy_settings(settings.config_dir).retention if are_carried_out else {}
        expired = expire_rows(
            connection, settings.landing, feeds, retention, read_as_of(connection), night.now()
        )
        if expired.rows or expired.orders:
            outcome.message += (
                f"; past their time {count_of(expired.rows, 'row')} erased and {count_of(expired.orders, 'order')} made"
                " anonymous"
            )
        if erased.rows + erased.orders + expired.rows + expired.orders:
            # what is left of rows that passed the gate tonight need not pass it again
            fingerprint = night_fingerprint(connection, night, ARRIVAL)
            fingerprints.record(connection, ARRIVAL, fingerprint, context.run.run_id, night.now())
    if erasure.unclear:
        say(
            PRIVACY,
            f"warning: {count_of(erasure.unclear, 'request')} to erase named by a telephone of several customers alone:"
            " ask again with a customer id or an e-mail address",
        )
    for path in (*erased.lost, *expired.lost):
        say(PRIVACY, f"warning: {path} held who was erased and could not be cut: it was removed")
    return dg.MaterializeResult(
        metadata={
            "requests": erasure.requests,
            "rows_erased": erased.rows,
            "orders_made_anonymous": erased.orders,
        }
    )


@dg.asset(
    key=table_key("operations.privacy_receipts"),
    deps=[ERASURES, dg.AssetKey(["delivered", "_all"])],
    group_name=PRIVACY,
    kinds={"duckdb"},
    owners=OWNERS,
    description="One row a request to be forgotten of which nothing is left anywhere, and a request to see what is held"
    " that was answered; it names nobody.",
)
def privacy_receipts(context: dg.AssetExecutionContext, night: Night) -> dg.MaterializeResult:
    """Remove earlier snapshots and write databases anew where somebody was erased this night; then answer who asked
    what is held of them. Answers of whom was erased go, and those of long ago.
    """
    settings = night.settings
    ended = write_receipts(
        settings.database, settings.published, settings.deliveries, context.run.run_id, night.now()
    )
    if ended is not None:
        say(PRIVACY, f"{count_of(ended, 'erasure')} ended: earlier snapshots removed, databases written anew")
    remove_old(settings.warehouse / FOLDER, night.now())
    with night.connect() as connection:
        accesses = answer_requests(
            connection, settings.warehouse, settings.deliveries, context.run.run_id, night.now()
        )
    if accesses.folders:
        names = ", ".join(path.relative_to(settings.data_dir).as_posix() for path in accesses.folders)
        say(
            PRIVACY,
            f"{count_of(len(accesses.folders), 'request')} of access answered, kept {KEPT_DAYS} days: {names}",
        )
    if accesses.unclear:
        say(
            PRIVACY,
            f"warning: {count_of(accesses.unclear, 'request')} of access named nobody or several customers:"
            " ask again with a customer id",
        )
    return dg.MaterializeResult(metadata={"receipts": (ended or 0) + len(accesses.folders)})
