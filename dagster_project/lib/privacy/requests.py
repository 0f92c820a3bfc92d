"""Requests of privacy that somebody makes by command: an export like any other, which the next night reads.

What becomes of a request is for erasure.py and the models of consent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.ingestion.contract_files.finding import find_feeds, load_feed
from dagster_project.lib.ingestion.contracts.contract import Contract

FEED = "privacy/requests"


def write_request(
    landing: Path, config_dir: Path, kind: str, identifiers: Mapping[str, str], now: datetime
) -> str:
    """Put a request into landing and return its id, drawn by lot.

    kind: erase, access or restrict. identifiers: customer_id, email or phone -> value; at least one. now: UTC. The
    file is written as the contract of its folder wants it, its owner's alone to read. KindredError where nobody is
    named, and where the contract is of a format that is not ours to write.
    """
    given = {name: value.strip() for name, value in identifiers.items() if value.strip()}
    if not given:
        raise KindredError("the request names nobody", "give --customer-id, --email or --phone")
    names = _names_in(load_feed(FEED, find_feeds(landing, config_dir).get(FEED), config_dir).contract)
    request_id = str(uuid4())
    request = {"request_id": request_id, "kind": kind, "requested_at": f"{now.isoformat()}Z", **given}
    folder = landing / FEED
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"kindred-{request_id}.jsonl"
    unfinished = folder / f".{path.name}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(json.dumps({names[name]: value for name, value in request.items()}) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
    return request_id


def _names_in(contract: Contract) -> dict[str, str]:
    """Canonical column -> what the feed calls it."""
    if contract.format not in (None, "canonical") or contract.unpivot is not None:
        raise KindredError(
            f"the contract of {FEED} is of a layout that requests cannot be written in",
            f"let another folder fill the table, or write the request there yourself as {contract.format}",
        )
    names = {column.name: column.name for column in contract.columns}
    return names | {ours: theirs for theirs, ours in contract.rename.items()}
