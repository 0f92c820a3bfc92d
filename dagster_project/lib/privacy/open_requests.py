"""Who asks to be erased and was not yet, and what has to be known of them before they are.

A request is known by the keyed digest of its id, so that neither it nor its id need be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from dagster_project.lib.common import warehouse
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.privacy.tombstones import digest_of, read_secret, use_secret
from dagster_project.lib.transformation.dbt_project.build import Part, build
from dagster_project.lib.transformation.dbt_project.compiled import read_analyses
from dagster_project.lib.transformation.increments import begin_build

_MAY_BE_ASKED = "select 1 from raw.privacy_requests where lower(trim(kind)) = ? limit 1"
_WHO_IS_WHO = Part(("+int_identifiers_collected", "+int_records_resolved"))


def is_any_asked(connection: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Whether somebody asks to be erased who was not yet. folder: where the warehouse lies."""
    return may_be_asked(connection, "erase") and list_asked(connection, folder, read_analyses()) > 0


def may_be_asked(connection: duckdb.DuckDBPyConnection, kind: str) -> bool:
    """Whether a request of a kind is there at all, carried out or not; tells without compiling any SQL."""
    return bool(connection.execute(_MAY_BE_ASKED, [kind]).fetchone())


def resolve_records(database: Path, code: str) -> None:
    """Build who is who with what came tonight, so that whatever is linked to a person goes with them.

    database: the warehouse, open nowhere, with raw tables and what the config folder says. code: as for begin_build.
    The night's own build makes everything anew afterwards. KindredError where a model fails.
    """
    with warehouse.connect(database) as connection:
        increment = begin_build(connection, code)
    for result in build(database, _WHO_IS_WHO, is_full=increment.is_full, with_tests=False):
        if result.status != "success":
            raise KindredError(
                f"who is who could not be told before an erasure: {result.name} {result.message}",
                "correct the input or the model and run the night again",
            )


def list_asked(connection: duckdb.DuckDBPyConnection, folder: Path, questions: Mapping[str, str]) -> int:
    """Make the temporary table `asked` of requests to erase that no night has carried out; returns how many.

    One row per identifier of a request: request_digest, requested_at, namespace, match_key. folder: where the warehouse
    lies. questions: the analyses of dbt.
    """
    use_secret(connection, read_secret(folder))
    connection.execute(f"""
        create or replace temp table asked as
        select {digest_of("'request'", "request_id")} as request_digest, * exclude (request_id, kind)
        from ({questions["requests_by_identifier"]}) where kind = 'erase' and match_key is not null
    """)
    connection.execute(
        "delete from asked where request_digest in (select request_digest from operations.erasures)"
    )
    (number,) = connection.execute("select count(distinct request_digest) from asked").fetchone() or (0,)
    return number
