"""Every consumer is declared with the tables that its code reads, and with no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dagster_project.lib.transformation.dbt_project.described import described_tables, meta_of
from dagster_project.lib.transformation.dbt_project.project import read_manifest

LIB = Path(__file__).resolve().parents[2] / "dagster_project" / "lib"
TABLE = r"((?:marts|activation|experiments|quality)\.\w+)"
READS = re.compile(rf"\b(?:from|join)\s+{TABLE}")
EXPOSURES = {node["name"]: node for node in read_manifest()["exposures"].values()}


def _code_of(exposure: dict) -> str:
    places = [LIB / name for name in meta_of(exposure)["code"]]
    assert all(place.exists() for place in places), places
    files = [file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place])]
    return "\n".join(file.read_text() for file in files)


def test_every_consumer_is_there():
    assert EXPOSURES.keys() == {"nightly_report", "read_api", "content_templates", "mail", "destinations"}


@pytest.mark.parametrize("name", EXPOSURES)
def test_it_hangs_on_what_its_code_reads(name):
    code, tables = _code_of(EXPOSURES[name]), described_tables()
    ids = {node["unique_id"]: table for table, node in tables.items()}
    declared = {ids[parent] for parent in EXPOSURES[name]["depends_on"]["nodes"]}
    assert declared >= set(READS.findall(code)) & tables.keys()
    assert declared <= set(re.findall(rf"\b{TABLE}", code))
