"""What bringing a destination up to date costs, against the client's own fastest way to write the same rows.

PostgreSQL: a first delivery of all rows, one after a hundredth of them changed, and one after none did, against a bare
COPY into the same table, index included. Redis: the same of documents, against a bare pipeline of SET with expiry. Both
servers are started for it. Give another number of rows to try another size.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import redis

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dagster_project.lib.activation.delivery.engine import Policy, deliver
from dagster_project.lib.activation.delivery.holdings import Holdings
from dagster_project.lib.activation.delivery.state import open_state
from dagster_project.lib.activation.delivery.targets import Collection, Column, Target
from dagster_project.lib.activation.destinations import postgres_tables, redis_documents
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.postgres_tables import PostgresDestination
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination
from tests.servers import postgres_server, redis_server

ROWS = 1_000_000
DOCUMENTS = 100_000
_LIST = (
    Column("customer_id", "VARCHAR"),
    Column("rank", "INTEGER"),
    Column("product_id", "VARCHAR"),
    Column("score", "DOUBLE"),
)
_DOCUMENT = (Column("key", "VARCHAR"), Column("document", "VARCHAR"))


def _rows(rows: int, changed: int) -> str:
    return f"""
        select 'c_' || (n // 50) as customer_id, (n % 50 + 1)::integer as rank,
            'p_' || hash(n + if(n < {changed}, 1, 0)) % 5000 as product_id, 1 / (n % 50 + 1) as score
        from range({rows}) as t(n)
    """


def _documents(rows: int, changed: int) -> str:
    return f"""
        select 'customer:' || n as key, json_object(
            'customer_id', n, 'segments', ['a', 'b'],
            'recommendations', [hash(n * 20 + i + if(n < {changed}, 1, 0)) % 5000 for i in range(20)]
        )::varchar as document
        from range({rows}) as t(n)
    """


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _deliver(state: Path, collection: Collection, target: Target) -> float:
    def work() -> None:
        with open_state(state) as connection:
            delivery = deliver(Holdings(connection, "bench", collection.name), collection, target, Policy())
        assert delivery.is_well, delivery.reason

    return _timed(work)


def measure_postgres(folder: Path, rows: int) -> dict[str, float]:
    """Seconds of a bare COPY and of three deliveries."""
    with postgres_server() as url, psycopg.connect(url, autocommit=True) as admin:
        admin.execute("""
            create table bare (customer_id text, rank integer, product_id text, score double precision,
                primary key (customer_id, rank))
        """)

        def copy() -> None:
            found = duckdb.sql(_rows(rows, 0))
            with admin.cursor().copy("copy bare from stdin") as into:
                while part := found.fetchmany(5_000):
                    for row in part:
                        into.write_row(row)

        seconds = {"bare": _timed(copy)}
        destination = PostgresDestination(name="bench", kind="postgres", url=url)
        for name, changed in {"all": 0, "a hundredth": rows // 100, "none": rows // 100}.items():
            collection = Collection("bench.lists", _rows(rows, changed), _LIST, ("customer_id", "rank"))
            with postgres_tables.connect(destination, collection, Secrets({})) as target:
                seconds[name] = _deliver(folder / "postgres.duckdb", collection, target)
    return seconds


def measure_redis(folder: Path, rows: int) -> dict[str, float]:
    """Seconds of a bare pipeline and of three deliveries."""
    with redis_server() as url, redis.Redis.from_url(url) as client:

        def pipe() -> None:
            found = duckdb.sql(_documents(rows, 0))
            while part := found.fetchmany(1_000):
                pipeline = client.pipeline(transaction=False)
                for key, document in part:
                    pipeline.set(f"bare:{key}", document, ex=604_800)
                pipeline.execute()

        seconds = {"bare": _timed(pipe)}
        destination = RedisDestination(name="bench", kind="redis", url=url)
        for name, changed in {"all": 0, "a hundredth": rows // 100, "none": rows // 100}.items():
            collection = Collection("documents", _documents(rows, changed), _DOCUMENT, ("key",))
            with redis_documents.connect(destination, Secrets({})) as target:
                seconds[name] = _deliver(folder / "redis.duckdb", collection, target)
    return seconds


def main() -> None:
    """Print seconds and their ratio to the bare write."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    documents = int(sys.argv[2]) if len(sys.argv) > 2 else DOCUMENTS
    with tempfile.TemporaryDirectory() as name:
        for what, seconds in {
            f"PostgreSQL, {rows:,} rows": measure_postgres(Path(name), rows),
            f"Redis, {documents:,} documents": measure_redis(Path(name), documents),
        }.items():
            print(what)
            for step, taken in seconds.items():
                print(f"  {step:<12} {taken:7.2f} s  {taken / seconds['bare']:.2f} of bare")


if __name__ == "__main__":
    main()
