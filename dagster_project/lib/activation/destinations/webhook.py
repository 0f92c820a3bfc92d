"""HTTP webhook: batches of changes as JSON, for whatever has no kind of its own.

A batch carries an `Idempotency-Key` that is the same for the same changes, so that a receiver can tell a repetition.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import httpx
from pydantic import Field

from dagster_project.lib.activation.delivery.targets import (
    Batch,
    Collection,
    Column,
    PermanentError,
    Rejection,
    TemporaryError,
)
from dagster_project.lib.activation.destinations.base import ROW_TABLES, Remote, Secrets

_BUSY = frozenset({408, 425, 429})
"""Answers to what may be asked again (RFC 9110, RFC 6585, RFC 8470)."""
_REASON_CHARACTERS = 200


class WebhookDestination(Remote):
    """A URL that takes batches of changed rows."""

    kind: Literal["webhook"] = Field(description="A URL that takes batches of changed rows.")
    url: str = Field(
        description="Where batches are posted; `${NAME}` takes a part from the environment.",
        examples=["https://crm.example.org/kindred"],
    )
    headers: dict[str, str] = Field(
        default={},
        description="Sent with each batch; `${NAME}` takes a part from the environment.",
        examples=[{"Authorization": "Bearer ${CRM_TOKEN}"}],
    )
    signing_key: str | None = Field(
        default=None,
        description="With it each batch has a header `X-Kindred-Signature: sha256=<HMAC of the body>`.",
        examples=["${CRM_SIGNING_KEY}"],
    )
    tables: list[str] = Field(
        default=ROW_TABLES, min_length=1, description="Published tables, as schema.table."
    )
    batch_rows: int = Field(default=500, ge=1, le=100_000, description="Most rows of a batch.")


class WebhookTarget:
    """A client for one table."""

    keeps_versions = False

    def __init__(
        self, client: httpx.Client, url: str, signing_key: str | None, collection: Collection, batch_rows: int
    ) -> None:
        self.batch_rows: int | None = batch_rows
        self._client = client
        self._url = url
        self._signing_key = signing_key
        self._collection = collection
        self._version = 0

    def read_version(self, collection: Collection) -> int | None:
        """None: a webhook is not asked."""
        return None

    def prepare(self, collection: Collection, version: int) -> None:
        """Remember the version, which every batch names."""
        self._version = version

    def find_missing(self, keys: Iterable[str]) -> Iterable[str]:
        """None: a webhook is not asked."""
        return ()

    def apply(self, batch: Batch) -> list[Rejection]:
        """Post the batch; rows that the answer names as rejected were not taken.

        Raises TemporaryError where the server is busy or broken, and PermanentError where it refuses the batch.
        """
        body = self._encode(batch)
        headers = {"Content-Type": "application/json", "Idempotency-Key": batch.idempotency_key}
        if self._signing_key:
            digest = hmac.new(self._signing_key.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Kindred-Signature"] = f"sha256={digest}"
        try:
            answer = self._client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise TemporaryError(f"the webhook does not answer ({type(error).__name__})") from error
        if answer.status_code in _BUSY or answer.status_code >= 500:
            raise TemporaryError(f"the webhook answers {answer.status_code}", _seconds_asked(answer))
        if not answer.is_success:
            raise PermanentError(f"the webhook answers {answer.status_code}")
        sent = {_spell(json.loads(change.key)): change.key for change in batch}
        return [Rejection(sent[spelt], reason) for spelt, reason in _read_rejections(answer) if spelt in sent]

    def finish(self) -> None:
        """Nothing: each batch is shown as it comes."""

    def forget(self, batch: Batch) -> None:
        """Nothing: the batch said what to remove."""

    def _encode(self, batch: Batch) -> bytes:
        upserts = []
        removed = []
        for change in batch:
            key = json.loads(change.key)
            if change.values is None:
                removed.append({"key": key})
            else:
                row = {
                    column.name: _for_json(value, column)
                    for column, value in zip(self._collection.columns, change.values, strict=True)
                }
                upserts.append({"key": key, "row": row})
        content: dict[str, Any] = {
            "table": self._collection.name,
            "key": list(self._collection.key),
            "version": self._version,
            "upserts": upserts,
            "removed": removed,
        }
        return json.dumps(content, default=str, allow_nan=False).encode()


@contextmanager
def connect(
    destination: WebhookDestination, collection: Collection, secrets: Secrets
) -> Iterator[WebhookTarget]:
    """A target that posts one table's changes to the URL that the destination names."""
    fill = secrets.fill
    headers = {name: fill(value) for name, value in destination.headers.items()}
    signing_key = destination.signing_key and fill(destination.signing_key)
    with httpx.Client(headers=headers, timeout=destination.timeout_seconds) as client:
        url = fill(destination.url)
        yield WebhookTarget(client, url, signing_key, collection, destination.batch_rows)


def _for_json(value: Any, column: Column) -> Any:
    """A value as JSON has it: documents as themselves, and null for a number that is none."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return json.loads(value) if column.type == "JSON" and value is not None else value


def _seconds_asked(answer: httpx.Response) -> float:
    """What Retry-After asks for, in seconds or as a date (RFC 9110)."""
    asked = answer.headers.get("Retry-After", "")
    if asked.isdigit():
        return int(asked)
    try:
        return max(0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0


def _spell(key: Any) -> str:
    return json.dumps(key)


def _read_rejections(answer: httpx.Response) -> list[tuple[str, str]]:
    """`{"rejected": [{"key": [...], "reason": "..."}]}` of the answer; anything else means that all was taken."""
    try:
        content = answer.json()
    except ValueError:
        return []
    rejected = content.get("rejected") if isinstance(content, dict) else None
    return [
        (_spell(row["key"]), str(row.get("reason", ""))[:_REASON_CHARACTERS])
        for row in (rejected if isinstance(rejected, list) else [])
        if isinstance(row, dict) and "key" in row
    ]
