"""The list of nicknames that names are compared by."""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.lib.transformation.settings.nicknames import TABLE, write_nicknames


@pytest.fixture
def roots():
    with duckdb.connect() as connection:
        connection.execute("create schema operations")
        write_nicknames(connection)
        write_nicknames(connection)
        return connection.execute(f"select nickname, root from {TABLE}").fetchall()


def test_a_nickname_has_one_root_and_a_root_none(roots):
    nicknames = [nickname for nickname, _ in roots]
    assert len(nicknames) == len(set(nicknames)) > 1000
    assert not {root for _, root in roots} & set(nicknames)


def test_both_are_written_as_names_are_compared(roots):
    assert all(name.isascii() and name == name.lower().strip() for pair in roots for name in pair)


@pytest.mark.parametrize(
    ("nickname", "root"),
    [("bob", "robert"), ("bill", "william"), ("liz", "elizabeth"), ("jack", "john"), ("kate", "catherine")],
)
def test_a_nickname_that_fits_several_names_stands_for_the_commonest(roots, nickname, root):
    assert dict(roots)[nickname] == root
