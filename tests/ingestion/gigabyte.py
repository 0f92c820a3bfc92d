"""A field of a gigabyte, as it is and compressed, and a night's ingestion of it in a process of its own."""

from __future__ import annotations

import gzip
import resource
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from dagster_project.lib.common import warehouse
from dagster_project.lib.ingestion.bookkeeping.ledger import Arrival
from dagster_project.lib.ingestion.contract_files.finding import load_feeds
from dagster_project.lib.ingestion.ingest import ingest_feed
from dagster_project.lib.ingestion.loading.tables import create_tables

_MEGABYTE = b"x" * (1 << 20)


def _around_a_gigabyte(before: bytes, after: bytes) -> Iterator[bytes]:
    yield before
    for _ in range(1024):
        yield _MEGABYTE
    yield after


def write_gigabytes(folder: Path) -> None:
    """Three customers a file, the second of whom has a first name of a gigabyte."""
    folder.mkdir(parents=True)
    text = _around_a_gigabyte(b'customer_id,first_name\n1,Ann\n2,"', b'"\n3,Cy\n')
    with (folder / "a.csv").open("wb") as stream:
        stream.writelines(text)
    text = _around_a_gigabyte(b'customer_id,first_name\n4,Dan\n5,"', b'"\n6,Fay\n')
    with gzip.open(folder / "b.csv.gz", "wb", compresslevel=1) as stream:
        stream.writelines(text)


def call_ingest(folder: str) -> None:
    """A night's ingestion; says its largest memory in MiB."""
    place = Path(folder)
    with warehouse.connect(place / "warehouse" / "kindred.duckdb") as connection:
        create_tables(connection)
        for feed in load_feeds(place / "landing", place / "config"):
            ingest_feed(connection, feed, place / "landing", Arrival("night", datetime(2026, 6, 1)))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
