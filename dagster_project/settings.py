"""The only place that reads the environment. Everything else is given what it needs.

Not for values that a user edits in files: those live in `CONFIG_DIR`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from dagster_project.lib.common.errors import KindredError

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE = PROJECT / "data" / "sample"
"""The invented shop that is committed."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Settings:
    """Where a night reads and writes, and which instant it is run for."""

    data_dir: Path
    is_data_dir_named: bool
    """Whether the user named the folder; a named folder never gets sample data."""
    config_dir: Path
    as_of: datetime | str | None
    """An instant (UTC, naive), "now", "latest", or None where the user said nothing."""

    @property
    def landing(self) -> Path:
        """Where exports arrive."""
        return self.data_dir / "landing"

    @property
    def warehouse(self) -> Path:
        """Where the working database, the models and Dagster's storage live."""
        return self.data_dir / "warehouse"

    @property
    def database(self) -> Path:
        """The working database; only a night opens it."""
        return self.warehouse / "kindred.duckdb"

    @property
    def deliveries(self) -> Path:
        """What was sent to destinations, as far as they have confirmed; no night makes it anew."""
        return self.warehouse / "deliveries.duckdb"

    @property
    def published(self) -> Path:
        """Where snapshots live and `current` points at the last good one."""
        return self.data_dir / "published"

    @property
    def lock(self) -> Path:
        """Held for as long as a night runs."""
        return self.warehouse / "night.lock"

    @property
    def models(self) -> Path:
        """Where model artefacts are kept."""
        return self.warehouse / "models"

    @property
    def validation_results(self) -> Path:
        """Great Expectations' own results of the last nights, of which the data docs are made."""
        return self.warehouse / "validation_results"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' pages about those results."""
        return self.warehouse / "data_docs"

    @property
    def dagster_home(self) -> Path:
        """Dagster's storage: runs, events, schedules."""
        return self.warehouse / "dagster"


def read_settings() -> Settings:
    """Read DATA_DIR, CONFIG_DIR and AS_OF from the environment.

    Raises KindredError where AS_OF is neither `now`, `latest` nor an ISO time, and where DATA_DIR or
    CONFIG_DIR is no folder.
    """
    data_dir = os.environ.get("DATA_DIR", "")
    config_dir = os.environ.get("CONFIG_DIR", "")
    if data_dir and not Path(data_dir).is_dir():
        raise KindredError(f"DATA_DIR names {data_dir}, which is no folder", "make it, or leave DATA_DIR out")
    if config_dir and not Path(config_dir).is_dir():
        raise KindredError(
            f"CONFIG_DIR names {config_dir}, which is no folder", "make it or leave CONFIG_DIR out"
        )
    return Settings(
        data_dir=Path(data_dir).resolve() if data_dir else PROJECT / "data",
        is_data_dir_named=bool(data_dir),
        config_dir=Path(config_dir).resolve() if config_dir else PROJECT / "config",
        as_of=_parse_as_of(os.environ.get("AS_OF", "").strip()),
    )


@dataclass(frozen=True)
class ApiKeys:
    """What opens the read API."""

    keys: tuple[str, ...]
    """Of servers."""
    browser_keys: tuple[str, ...]
    """Of pages of the shop, which every reader of them knows."""
    origins: tuple[str, ...]
    """Where such pages come from: scheme://host[:port], as browsers write it."""


def read_api_keys() -> ApiKeys:
    """Read KINDRED_API_KEY, KINDRED_API_BROWSER_KEY and KINDRED_API_ORIGINS from the environment.

    Raises KindredError for a key that no header can hold or that is a server's and a browser's at once, for what is no
    origin, and where browsers have a key and no origin or the other way round.
    """
    keys, browser_keys = _list_of("KINDRED_API_KEY"), _list_of("KINDRED_API_BROWSER_KEY")
    origins = tuple(_parse_origin(text) for text in _list_of("KINDRED_API_ORIGINS"))
    if not all(key.isascii() and key.isprintable() for key in keys + browser_keys):
        raise KindredError(
            "a key of the API has a character that no header holds", "make one of letters and digits"
        )
    if set(keys) & set(browser_keys):
        raise KindredError(
            "KINDRED_API_KEY and KINDRED_API_BROWSER_KEY share a key", "make one for browsers alone"
        )
    if browser_keys and not (keys and origins):
        raise KindredError(
            "KINDRED_API_BROWSER_KEY is set without KINDRED_API_KEY or KINDRED_API_ORIGINS",
            "set them: the key of servers, and where pages come from, such as https://shop.example",
        )
    if origins and not browser_keys:
        raise KindredError(
            "KINDRED_API_ORIGINS is set without KINDRED_API_BROWSER_KEY",
            "set the key that pages send, or leave the origins out",
        )
    return ApiKeys(keys, browser_keys, origins)


def _parse_origin(text: str) -> str:
    """As browsers write it: in lower case, without the port that the scheme implies."""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    is_more = "@" in parts.netloc or parts.path not in ("", "/") or parts.query or parts.fragment
    if parts.scheme not in _PORTS or not host or "*" in host or is_more:
        raise KindredError(
            f"KINDRED_API_ORIGINS has {text!r}, which is no origin", "write it like https://shop.example"
        )
    host = f"[{host}]" if ":" in host else host
    port = "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{port}"


def _list_of(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(name, "").split(",") if part.strip())


def _parse_as_of(text: str) -> datetime | str | None:
    if not text:
        return None
    if text.lower() in ("now", "latest"):
        return text.lower()
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise KindredError(
            f"AS_OF is {text!r}, which is neither `now`, `latest` nor an ISO time",
            "write it like 2026-01-31T00:00:00Z",
        ) from None


def read_environment() -> Mapping[str, str]:
    """Every variable, for destinations, whose secrets stand in those that their file names."""
    return dict(os.environ)


def use_dagster_home(home: Path) -> None:
    """Tell Dagster, which reads the environment itself, where its storage is."""
    os.environ["DAGSTER_HOME"] = str(home)


def quiet_the_tools() -> None:
    """Before heavy imports: no telemetry, and one BLAS thread, since implicit brings its own threads.

    OpenMP's threads sleep while they wait for each other. As a default they spin, and where another process wants the
    same cores, each of LightGBM's many short parallel loops then costs a time slice: minutes instead of seconds.
    """
    for name, value in {
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
        "OMP_WAIT_POLICY": "passive",
        "OPENBLAS_NUM_THREADS": "1",
    }.items():
        os.environ.setdefault(name, value)
