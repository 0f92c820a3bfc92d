"""Redis: one document a customer, visitor and product, for sites that need an answer within a millisecond.

A key is a hash whose fields are versions: a delivery adds its own beside the one that readers see, then moves
`<prefix>:version`, so that nobody reads two nights at once. A reader takes the largest field that is not above it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Literal

import redis
from pydantic import Field

from dagster_project.lib.activation.delivery.targets import (
    Batch,
    Collection,
    PermanentError,
    Rejection,
    TemporaryError,
)
from dagster_project.lib.activation.destinations.base import Remote, Secrets

_ANOTHER_TYPE = "WRONGTYPE"
_GONE = ""
"""What a removed document is until readers have moved on."""
_KEEP_AND_SET = """
local shown, new = tonumber(ARGV[1]), tonumber(ARGV[2])
local newest = -1
local fields = redis.call('HKEYS', KEYS[1])
for _, field in ipairs(fields) do
  local version = tonumber(field)
  if version <= shown and version > newest then newest = version end
end
for _, field in ipairs(fields) do
  local version = tonumber(field)
  if version ~= newest and version ~= new then redis.call('HDEL', KEYS[1], field) end
end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
"""
"""Adds a version to a key and drops those that no reader can ask for any more."""
_KEYS_AT_ONCE = 1_000
_SHORTER_SECONDS = 60
"""The pointer goes before the documents do, so that whoever finds it finds them."""


class RedisDestination(Remote):
    """A Redis server."""

    kind: Literal["redis"] = Field(description="A Redis server.")
    url: str = Field(
        description="Where it is; `${NAME}` takes a part from the environment.",
        examples=["${REDIS_URL}"],
    )
    prefix: str = Field(
        default="kindred",
        pattern=r"^[\w.:-]+$",
        description="How each of its keys begins. Keys with it are Kindred's.",
    )
    products_a_list: int = Field(
        default=20, ge=1, description="How many products of each list a document has."
    )
    expire_days: float = Field(
        default=7, gt=0.01, description="So long after the last delivery everything is gone."
    )


class RedisTarget:
    """A connection to the server, for one collection of documents: rows of a key and a JSON text."""

    batch_rows: int | None = 1_000
    keeps_versions = True

    def __init__(self, client: redis.Redis, destination: RedisDestination) -> None:
        self._client = client
        self._prefix = destination.prefix
        self._expire_seconds = int(destination.expire_days * 86_400)
        self._set = client.register_script(_KEEP_AND_SET)
        self._shown = self._version = 0
        self._process, self._began = "", 0.0

    def read_version(self, collection: Collection) -> int | None:
        """The version that readers are pointed at."""
        with _telling():
            found: Any = self._client.get(f"{self._prefix}:version")
        if found is not None and not found.isdigit():
            raise PermanentError(f"{self._prefix}:version is not Kindred's; choose another prefix")
        return int(found) if found else None

    def prepare(self, collection: Collection, version: int) -> None:
        """Remember which version readers see meanwhile, and which process keeps it."""
        self._shown, self._version = self.read_version(collection) or 0, version
        self._process, self._began = self._read_process(), time.time()

    def find_missing(self, keys: Iterable[str]) -> Iterator[str]:
        """Keys that expired or were evicted; the others begin their time anew."""
        remaining = iter(keys)
        while part := list(islice(remaining, _KEYS_AT_ONCE)):
            with _telling(), self._client.pipeline(transaction=False) as pipeline:
                for key in part:
                    pipeline.expire(self._name(key), self._expire_seconds)
                found = pipeline.execute()
            yield from (key for key, is_there in zip(part, found, strict=True) if not is_there)
        if self._shown:
            with _telling():
                self._point_at(self._shown)

    def apply(self, batch: Batch) -> list[Rejection]:
        """Add this version of each document; of a removed one, that it is gone."""
        keys = []
        with _telling(), self._client.pipeline(transaction=False) as pipeline:
            for change in batch:
                keys.append(change.key)
                document = _GONE if change.values is None else change.values[1]
                self._set(
                    keys=[self._name(change.key)],
                    args=[self._shown, self._version, document, self._expire_seconds],
                    client=pipeline,
                )
            answers = pipeline.execute(raise_on_error=False)
        refused = [
            (key, answer) for key, answer in zip(keys, answers, strict=True) if isinstance(answer, Exception)
        ]
        for _, answer in refused:
            if _ANOTHER_TYPE not in str(answer):
                raise TemporaryError(f"Redis takes nothing for now ({type(answer).__name__})")
        return [Rejection(key, "the key is in use for something else") for key, _ in refused]

    def finish(self) -> None:
        """Point readers at this version, unless the server may have lost a part of it meanwhile."""
        if self._read_process() != self._process:
            raise PermanentError(
                "Redis was started anew in the middle; all of it is sent again the next time"
            )
        with _telling():
            self._point_at(self._version)

    def forget(self, batch: Batch) -> None:
        """Delete removed documents."""
        with _telling():
            self._client.delete(*(self._name(change.key) for change in batch))

    def _read_process(self) -> str:
        with _telling():
            about: Any = self._client.info("server")
        return about["run_id"]

    def _point_at(self, version: int) -> None:
        # counted from the beginning, when no document of this delivery had its own time yet
        until = int(self._began + self._expire_seconds - _SHORTER_SECONDS)
        self._client.set(f"{self._prefix}:version", version, exat=until)

    def _name(self, key: str) -> str:
        return f"{self._prefix}:{json.loads(key)[0]}"


@contextmanager
def connect(destination: RedisDestination, secrets: Secrets) -> Iterator[RedisTarget]:
    """A target on the server that the destination names."""
    url = secrets.fill(destination.url)
    try:
        client = redis.Redis.from_url(url, socket_timeout=destination.timeout_seconds)
    except ValueError as error:
        raise PermanentError(f"its url is none that Redis knows ({type(error).__name__})") from None
    with client:
        yield RedisTarget(client, destination)


@contextmanager
def _telling() -> Iterator[None]:
    """Say of each of the client's errors whether trying again may help; its text may hold what was sent."""
    try:
        yield
    except redis.AuthenticationError:
        raise PermanentError("Redis refuses the user or password") from None
    except (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError) as error:
        raise TemporaryError(f"Redis does not answer ({type(error).__name__})") from error
    except redis.RedisError as error:
        raise PermanentError(f"Redis answers {str(error).split(' ', 1)[0]}") from error
