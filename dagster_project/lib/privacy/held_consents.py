"""What held for a customer at one time by what was known at another, asked of the published snapshot.

Here belong the two times and the asking. Which decision holds is SQL, the analysis `consents_held`, which whoever asks
brings along: it is dbt's to compile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.sql import quote_literal
from dagster_project.lib.privacy.customers import find_customer
from dagster_project.lib.privacy.privacy_settings import (
    UNDECIDED,
    PrivacySettings,
    write_privacy_settings,
)

QUESTION = "consents_held"
"""The analysis that answers."""
ALWAYS = datetime.max
"""As known_at: by all that the night knows."""
_DEFAULTS = "stg_operations__undecided_consents"
"""The model by which it reads them."""
_READ = ("dim_customers", "customer_identities", "customer_id_aliases", "customer_consent_history")


@dataclass(frozen=True)
class HeldConsent:
    """What held for one purpose. Times are UTC, naive; all after is_default are None for a default."""

    purpose: str
    status: str
    """granted or denied."""
    is_default: bool
    """Whether nobody had decided, and privacy.yml says it."""
    kind: str | None
    """decision, unsubscribe, erase or restrict."""
    decided_purpose: str | None
    """sale_or_sharing where it denies advertising, else the purpose itself."""
    decided_at: datetime | None
    known_at: datetime | None
    """When Kindred read it first."""


def read_instant(text: str, name: str) -> datetime:
    """An ISO time as UTC, naive; without an offset it is UTC, and a day alone is its first instant.

    name: what the user calls it. KindredError where it is none.
    """
    try:
        time = datetime.fromisoformat(text.strip())
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        raise KindredError(
            f"{name} is no ISO time",
            "write it as 2026-01-31, 2026-01-31T12:00:00 or 2026-01-31T12:00:00+01:00",
        ) from None


def read_held_consents(
    snapshot: Path,
    question: str,
    settings: PrivacySettings,
    name: str,
    held_at: datetime,
    known_at: datetime = ALWAYS,
) -> tuple[str, list[HeldConsent]]:
    """The customer_id whom a name means, and what held for each purpose, in the order of privacy.yml.

    snapshot: the folder of a published night. question: the SQL of the analysis `consents_held`. settings: what holds
    by default. held_at: what was decided later does not count. known_at: nor does what Kindred read later. Both UTC,
    naive. KindredError for a name that is nobody's, or of several, and for a snapshot without a history.
    """
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as kindred")
        connection.execute(f"attach {quote_literal(str(snapshot / 'kindred.duckdb'))} as night (read_only)")
        connection.execute("use kindred")
        for schema in ("marts", "operations", "staging"):
            connection.execute(f"create schema {schema}")
        try:
            for table in _READ:
                connection.execute(f"create view marts.{table} as from night.marts.{table}")
        except duckdb.CatalogException:
            raise KindredError(
                "the published night is of an older version, which kept no history of consents",
                "run `kindred nightly`",
            ) from None
        write_privacy_settings(connection, settings)
        connection.execute(f"create view staging.{_DEFAULTS} as from {UNDECIDED}")
        customer = find_customer(connection, name)
        connection.execute(
            "create table asked_customers as"
            " select ? as customer_id, ?::timestamp as held_at, ?::timestamp as known_at",
            [customer, held_at, known_at],
        )
        rows = connection.execute(
            f"""
            select held.purpose, held.status, is_default, kind, decided_purpose, decided_at, known_at
            from ({question}) as held inner join {UNDECIDED} as undecided on held.purpose = undecided.purpose
            order by undecided.rowid
            """
        ).fetchall()
        return customer, [HeldConsent(*row) for row in rows]
