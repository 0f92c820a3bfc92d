"""Which given names may be one person's: a nickname and the name it stands for, out of nicknames.csv beside this file.

Belongs here: the table's writing. nicknames.csv has a row a nickname, lower case ASCII; of several names that a
nickname fits it holds the commonest, so that a root is nobody's nickname. A woman's name and a man's that share
nicknames, such as Alexandra and Alexander, have one root. Most pairs come from the seed of fivetran/dbt_customer360
(Apache-2.0), which lists every name a nickname fits; spellings of one name and those of languages other than English
were added.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.lib.common.warehouse import transaction

TABLE = "operations.nicknames"
_LIST = Path(__file__).with_name("nicknames.csv")


def write_nicknames(connection: duckdb.DuckDBPyConnection) -> None:
    """Make operations.nicknames(nickname, root) hold the list."""
    with transaction(connection):
        connection.execute(f"create table if not exists {TABLE} (nickname varchar, root varchar)")
        connection.execute(f"delete from {TABLE}")
        connection.execute(
            f"insert into {TABLE} from read_csv(?, header = true, all_varchar = true)", [str(_LIST)]
        )
