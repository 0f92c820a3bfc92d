"""Real destinations whose line breaks: before what was asked for is done, after it, or with the whole process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
import redis

from dagster_project.lib.activation.delivery.targets import (
    Batch,
    Collection,
    Column,
    Rejection,
    Target,
    TemporaryError,
)
from dagster_project.lib.activation.destinations import postgres_tables, redis_documents
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.destinations.postgres_tables import PostgresDestination
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination

NO_SECRETS = Secrets({})
Rows = dict[str, int]


class KilledError(BaseException):
    """The process ends here, with no chance to clean up."""


@dataclass
class Line:
    """What becomes of each call; once the list is used up everything arrives."""

    fates: list[str] = field(default_factory=list)
    rows: int = 0
    """Changes that were sent, as often as they were."""

    def carry(self, call: Callable[[], Any]) -> Any:
        fate = self.fates.pop(0) if self.fates else "arrives"
        if fate == "never arrives":
            raise TemporaryError("no answer")
        if fate == "killed before":
            raise KilledError
        answer = call()
        if fate == "answer is lost":
            raise TemporaryError("no answer")
        if fate == "killed after":
            raise KilledError
        return answer


FATES = ("arrives", "arrives", "arrives", "never arrives", "answer is lost", "killed before", "killed after")


class UnreliableTarget:
    """A target behind such a line."""

    def __init__(self, target: Target, line: Line, batch_rows: int) -> None:
        self._target, self._line = target, line
        self.batch_rows = target.batch_rows and batch_rows
        self.keeps_versions = target.keeps_versions

    def read_version(self, collection: Collection) -> int | None:
        return self._line.carry(lambda: self._target.read_version(collection))

    def prepare(self, collection: Collection, version: int) -> None:
        self._line.carry(lambda: self._target.prepare(collection, version))

    def find_missing(self, keys: Iterable[str]) -> Iterable[str]:
        return self._target.find_missing(keys)

    def apply(self, batch: Batch) -> list[Rejection]:
        self._line.rows += batch.rows
        return self._line.carry(lambda: self._target.apply(batch))

    def finish(self) -> None:
        self._line.carry(self._target.finish)

    def forget(self, batch: Batch) -> None:
        self._line.carry(lambda: self._target.forget(batch))


class Place(Protocol):
    """A destination that a test can look into. `refused` is a key that it does not take until it is mended."""

    refused: str

    def reset(self) -> None: ...
    def collection(self, rows: Rows) -> Collection: ...
    def connect(self) -> Any: ...
    def read(self) -> Rows: ...
    def refuse(self) -> None: ...
    def mend(self) -> None: ...


def _values(rows: Rows, template: str) -> str:
    return " union all ".join(template.format(key=key, value=value) for key, value in rows.items())


class PostgresPlace:
    """A table with a row of somebody else's, which must stay."""

    refused = "bad"

    def __init__(self, url: str, schema: str) -> None:
        self._schema = schema
        self._destination = PostgresDestination(name="place", kind="postgres", url=url, into=schema)
        self._admin = psycopg.connect(url, autocommit=True)
        self._table = f"{schema}.things"
        self.reset()

    def reset(self) -> None:
        self._admin.execute(f"""
            drop schema if exists {self._schema} cascade;
            create schema {self._schema};
            create table {self._table} (id text primary key, value integer);
            insert into {self._table} values ('somebody else', 0);
        """)

    def collection(self, rows: Rows) -> Collection:
        empty = "select '' as id, 0 as value where false"
        query = _values(rows, "select '{key}' as id, {value} as value") or empty
        return Collection(
            "test.things", query, (Column("id", "VARCHAR"), Column("value", "INTEGER")), ("id",)
        )

    @contextmanager
    def connect(self) -> Iterator[Target]:
        with postgres_tables.connect(self._destination, self.collection({}), NO_SECRETS) as target:
            yield target

    def read(self) -> Rows:
        found = dict(self._admin.execute(f"select id, value from {self._table}").fetchall())
        assert found.pop("somebody else") == 0
        return found

    def refuse(self) -> None:
        self.mend()
        self._admin.execute(
            f"alter table {self._table} add constraint not_bad check (id <> '{self.refused}') not valid"
        )

    def mend(self) -> None:
        self._admin.execute(f"alter table {self._table} drop constraint if exists not_bad")

    def close(self) -> None:
        self._admin.close()


class RedisPlace:
    """A prefix, beside a key of somebody else's, which must stay."""

    refused = "bad"

    def __init__(self, url: str, prefix: str) -> None:
        self._destination = RedisDestination(name="place", kind="redis", url=url, prefix=prefix)
        self._client = redis.Redis.from_url(url, decode_responses=True)
        self._prefix = prefix
        self.reset()

    def reset(self) -> None:
        self._client.flushdb()
        self._client.set(f"else:{self._prefix}", "0")

    def collection(self, rows: Rows) -> Collection:
        empty = "select '' as key, '' as document where false"
        query = _values(rows, "select '{key}' as key, '{value}' as document") or empty
        return Collection(
            "documents", query, (Column("key", "VARCHAR"), Column("document", "VARCHAR")), ("key",)
        )

    @contextmanager
    def connect(self) -> Iterator[Target]:
        with redis_documents.connect(self._destination, NO_SECRETS) as target:
            yield target

    def read(self) -> Rows:
        """As a reader does: what stands at or below the version."""
        assert self._client.get(f"else:{self._prefix}") == "0"
        version = int(self._client.get(f"{self._prefix}:version") or 0)
        found = {}
        for name in self._client.scan_iter(f"{self._prefix}:*"):
            if self._client.type(name) == "hash":
                fields = {int(number): text for number, text in self._client.hgetall(name).items()}
                shown = max((number for number in fields if number <= version), default=None)
                if shown is not None and fields[shown]:
                    found[name.removeprefix(f"{self._prefix}:")] = int(fields[shown])
        return found

    def refuse(self) -> None:
        self._client.set(f"{self._prefix}:{self.refused}", "no hash", nx=True)

    def mend(self) -> None:
        if self._client.type(f"{self._prefix}:{self.refused}") == "string":
            self._client.delete(f"{self._prefix}:{self.refused}")

    def leftovers(self) -> set[str]:
        """Every key below the prefix."""
        return {name.removeprefix(f"{self._prefix}:") for name in self._client.scan_iter(f"{self._prefix}:*")}

    def close(self) -> None:
        self._client.close()
