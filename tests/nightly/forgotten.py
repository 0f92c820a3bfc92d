"""Two hundred persons with a value in every kind of export, and a search for any of them, in whatever a file holds."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import zstandard

PERSONS = 200
MARK = "zqfg"
"""What each word of theirs begins with, and nothing else."""
_DIGEST = re.compile(rb"\b[0-9a-f]{32,64}\b")


def phone(n: int) -> str:
    """The number as normalized; every one has these six digits."""
    return f"43{771_373_000 + n}"


def deliver(landing: Path, prefix: str) -> None:
    """Write their exports. prefix: of the files' names."""
    people = range(PERSONS)
    _write(landing / f"crm/customers/{prefix}.csv", [
        {"customer_id": f"{MARK}id{n}", "first_name": f"{MARK}First{n}", "last_name": f"{MARK}Last{n}",
         "email": f" {MARK}Mail{n}@Example.org ", "phone": f"+43 {771_373_000 + n}", "loyalty_id": f"{MARK}card{n}",
         "street_address": f"{MARK}street{n} 7", "national_id": f"{MARK}nation{n}", "birth_date": "1980-02-03",
         "created_at": "2026-01-02", "updated_at": "2026-01-02"} for n in people
    ] + [{"customer_id": "", "email": f"{MARK}mail3@example.org"}])  # fmt: skip
    _write(landing / f"crm/interactions/{prefix}.jsonl", [
        {"interaction_id": f"{prefix}{n}", "customer_id": f"{MARK}id{n}", "occurred_at": "2026-02-01T10:00:00Z",
         "channel": "phone", "kind": "call", "subject": f"{MARK}subject{n}"} for n in people
    ])  # fmt: skip
    _write(landing / f"pos/orders/{prefix}.csv.gz", [
        {"order_id": f"order-{n}", "ordered_at": "2026-03-01T10:00:00Z", "customer_id": f"{MARK}id{n}" if n % 2 else "",
         "email": "" if n % 2 else f"{MARK}mail{n}@example.org", "phone": f"0{771_373_000 + n}", "loyalty_id": "",
         "total_amount": "20.50", "note": f"{MARK}note{n}"} for n in people
    ])  # fmt: skip
    _write(landing / f"pos/order_lines/{prefix}.csv", [
        {"order_id": f"order-{n}", "line_id": "1", "product_id": "tea", "quantity": "2", "unit_price": "10.25"}
        for n in people
    ])  # fmt: skip
    events = []
    for n in people:
        event = {"occurred_at": "2026-04-01T10:00:00Z", "visitor_id": f"{MARK}visitor{n}", "email": None,
                 "page_url": f"https://shop.example.com/?mail={MARK}mail{n}%40example.org"}  # fmt: skip
        events.append({**event, "event_id": f"e{n}", "event_name": "view_item", "product_id": "tea"})
        events.append({**event, "event_id": f"l{n}", "event_name": "login", "user_id": f"{MARK}id{n}"})
        events.append({
            **event, "event_id": f"p{n}", "event_name": "purchase", "order_id": f"web-{n}", "extra": f"{MARK}extra{n}",
            "parameters": {"note": f"{MARK}note{n}", "currency": "EUR", "value": 8,
                           "items": [{"item_id": "tea", "quantity": 2, "price": 4}]},
        })  # fmt: skip
    _write(landing / f"clickstream/events/{prefix}.jsonl.gz", events)
    _write(landing / f"email/events/{prefix}.csv.zst", [
        {"event_id": f"m{n}", "occurred_at": "2026-04-02T10:00:00Z", "event_name": "open",
         "email": f"{MARK}mail{n}@example.org", "message_id": f"{MARK}message{n}"} for n in people
    ])  # fmt: skip
    _write(landing / f"consents/decisions/{prefix}.tsv", [
        {"email": f"{MARK}mail{n}@example.org", "purpose": "marketing_email", "status": "granted",
         "decided_at": "2026-02-01"} for n in people
    ])  # fmt: skip
    _write(landing / f"products/reviews/{prefix}.jsonl", [
        {"product_id": "tea", "reviewed_at": "2026-04-03", "rating": 5, "review_text": f"{MARK}review{n}",
         "email": f"{MARK}mail{n}@example.org"} for n in people
    ])  # fmt: skip
    _write(landing / f"enrichment/attributes/{prefix}.parquet", [
        {"email": f"{MARK}mail{n}@example.org", "provider": "panel", "attribute": "hobby", "value": f"{MARK}hobby{n}",
         "observed_at": "2026-04-03"} for n in people
    ])  # fmt: skip
    (landing / f"crm/surveys/{prefix}.parquet").parent.mkdir(exist_ok=True)
    (landing / f"crm/surveys/{prefix}.parquet").write_text(f"no Parquet: {MARK}mail5@example.org")


def ask_to_be_forgotten(landing: Path) -> None:
    """A request of each, by one identifier or another."""
    ways = [
        lambda n: {"customer_id": f"{MARK}id{n}"}, lambda n: {"email": f"{MARK}MAIL{n}@example.org"},
        lambda n: {"phone": f"+43{771_373_000 + n}"},
    ]  # fmt: skip
    _write(landing / "privacy/requests/asked.jsonl", [
        {"request_id": f"{MARK}request{n}", "kind": "erase", "requested_at": "2026-06-01T10:00:00Z", **ways[n % 3](n)}
        for n in range(PERSONS)
    ])  # fmt: skip


def _write(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    container = path.name.split(".")[1]
    if container == "parquet":
        with duckdb.connect() as connection:
            names = ", ".join(f"{name} varchar" for name in rows[0])
            connection.execute(f"create table rows ({names})")
            connection.executemany(
                f"insert into rows values ({', '.join('?' * len(rows[0]))})",
                [list(row.values()) for row in rows],
            )
            connection.execute(f"copy rows to '{path}' (format parquet)")
        return
    text = io.StringIO()
    if container == "jsonl":
        text.writelines(json.dumps(row) + "\n" for row in rows)
    else:
        writer = csv.DictWriter(
            text, list(rows[0]), delimiter="\t" if container == "tsv" else ",", restval=""
        )
        writer.writeheader()
        writer.writerows(rows)
    compress = {".gz": gzip.compress, ".zst": zstandard.compress}.get(path.suffix, lambda plain: plain)
    path.write_bytes(compress(text.getvalue().encode()))


def find_in(folder: Path) -> dict[str, list[str]]:
    """File -> what of theirs stands in it: in its bytes, in what it is when expanded, in the rows of its tables."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            traces = {trace for content in _contents(path) for trace in traces_in(content)}
            if traces:
                found[path.relative_to(folder).as_posix()] = sorted(traces)[:3]
    return found


def traces_in(content: bytes) -> Iterator[str]:
    """Words, numbers and plain digests of theirs in some bytes."""
    lowered = content.lower()
    yield from {match.decode() for match in re.findall(rb"zqfg\w{0,12}|771373\d{3}", lowered)}
    yield from (digest.decode() for digest in set(_DIGEST.findall(lowered)) & _DIGESTS)


def _contents(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    if path.suffix == ".gz":
        yield gzip.decompress(data)
    elif path.suffix == ".zst":
        yield zstandard.ZstdDecompressor().decompressobj().decompress(data)
    elif path.suffix == ".npz":
        with zipfile.ZipFile(path) as arrays:
            yield from (arrays.read(name).replace(b"\0", b"") for name in arrays.namelist())
    elif path.suffix == ".parquet" and data.startswith(b"PAR1"):
        yield _dump(duckdb.connect(), f"read_parquet('{path}')")
    elif path.suffix == ".duckdb":
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as looked_at (read_only)")
            tables = connection.execute("""
                select schema_name, table_name from duckdb_tables() where database_name = 'looked_at'
            """).fetchall()
            for schema, table in tables:
                yield _dump(connection, f'looked_at."{schema}"."{table}"')


def _dump(connection: duckdb.DuckDBPyConnection, relation: str) -> bytes:
    # row by row as text: what a column compresses is spelled out
    rows = connection.execute(f"select to_json(t)::varchar from {relation} as t").fetchall()
    return "\n".join(text or "" for (text,) in rows).encode()


_VALUES = [
    value
    for n in range(PERSONS)
    for value in (
        f"{MARK}mail{n}@example.org",
        f"{MARK}id{n}",
        phone(n),
        f"{MARK}visitor{n}",
        f"{MARK}nation{n}",
    )
]
_DIGESTS = {
    make(text.encode()).hexdigest().encode()
    for value in _VALUES
    for text in (value, value.upper())
    for make in (hashlib.md5, hashlib.sha1, hashlib.sha256)
}
