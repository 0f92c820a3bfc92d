"""A fingerprint names content: where it is the same the work stands, and where it is not it is done again."""

from __future__ import annotations

import os
from datetime import datetime

import pytest

from dagster_project.lib.common import fingerprints, warehouse

SUFFIXES = frozenset({".yml", ".csv"})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "sales.yml").write_text("table: pos/sales\n")
    return tmp_path


def _rename(folder):
    (folder / "contracts" / "sales.yml").rename(folder / "contracts" / "till.yml")


def _move(folder):
    (folder / "contracts" / "sales.yml").rename(folder / "sales.yml")


def _write_otherwise(folder):
    (folder / "contracts" / "sales.yml").write_text("table: pos/orders\n")


def _add(folder):
    (folder / "identity_decisions.csv").touch()


def _touch(folder):
    os.utime(folder / "contracts" / "sales.yml", (1, 1))


def _add_notes(folder):
    (folder / "notes.txt").write_text("nothing that is read\n")


@pytest.mark.parametrize(
    ("happens", "is_same"),
    [(_rename, False), (_move, False), (_write_otherwise, False), (_add, False), (_touch, True), (_add_notes, True)],
)  # fmt: skip
def test_names_and_contents_of_the_files_that_are_read_tell_folders_apart(folder, happens, is_same):
    before = fingerprints.hash_folders([folder], SUFFIXES)
    happens(folder)
    assert (fingerprints.hash_folders([folder], SUFFIXES) == before) == is_same


def test_a_finished_stage_is_known_by_its_inputs_until_it_is_begun_again(tmp_path):
    with warehouse.connect(tmp_path / "kindred.duckdb") as connection:
        fingerprints.record(connection, "scores", "inputs", "run 1", datetime(2026, 1, 1))
        assert fingerprints.finished_run(connection, "scores", "inputs") == "run 1"
        assert fingerprints.finished_run(connection, "scores", "others") is None
        assert fingerprints.finished_run(connection, "segments", "inputs") is None
        fingerprints.forget(connection, "scores")
        assert fingerprints.finished_run(connection, "scores", "inputs") is None
