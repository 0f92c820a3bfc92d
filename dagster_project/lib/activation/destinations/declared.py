"""What `destinations.yml` says as a whole: where published tables are sent."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from dagster_project.lib.activation.destinations.audiences import AudienceDestination
from dagster_project.lib.activation.destinations.files import FilesDestination
from dagster_project.lib.activation.destinations.postgres_tables import PostgresDestination
from dagster_project.lib.activation.destinations.redis_documents import RedisDestination
from dagster_project.lib.activation.destinations.webhook import WebhookDestination
from dagster_project.lib.activation.mail.settings import MailDestination
from dagster_project.lib.activation.names import expect_unique
from dagster_project.lib.common.config_files import line_of, parse, read_yaml
from dagster_project.lib.common.errors import KindredError

FILE = "destinations.yml"


def _kind_of(entry: Any) -> str:
    kind = entry.get("kind", "files") if isinstance(entry, dict) else getattr(entry, "kind", "files")
    return str(kind)


Destination = Annotated[
    Annotated[FilesDestination, Tag("files")]
    | Annotated[AudienceDestination, Tag("audience")]
    | Annotated[RedisDestination, Tag("redis")]
    | Annotated[PostgresDestination, Tag("postgres")]
    | Annotated[WebhookDestination, Tag("webhook")]
    | Annotated[MailDestination, Tag("smtp")],
    Discriminator(
        _kind_of,
        custom_error_type="kind",
        custom_error_message="kind is one of: files, audience, redis, postgres, webhook, smtp",
    ),
]


def _places_of(destination: Destination) -> list[str]:
    """What nobody else may write to, in words."""
    if isinstance(destination, RedisDestination):
        return [f"{destination.url} {destination.prefix}"]
    if isinstance(destination, PostgresDestination):
        return [f"{destination.url} {destination.into}.{table}" for table in destination.tables]
    if isinstance(destination, FilesDestination):
        return [f"{destination.folder}/{table}.{destination.format}" for table in destination.tables]
    if isinstance(destination, AudienceDestination):
        return [f"{destination.folder}/*.csv"]
    return []


class Destinations(BaseModel):
    """The whole file; without one nothing is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    destinations: list[Destination] = Field(default=[], description="Each is sent the same snapshot.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Destinations:
        expect_unique([destination.name for destination in self.destinations], "destination")
        expect_unique([place for one in self.destinations for place in _places_of(one)], "place")
        return self


def load_destinations(config_dir: Path) -> list[Destination]:
    """Read `destinations.yml`; no file means no destinations. KindredError names file, line and remedy."""
    path = config_dir / FILE
    if not path.exists():
        return []
    content, node = read_yaml(path)
    return parse(Destinations, content, node, path).destinations


def sends_mail(config_dir: Path) -> bool:
    """Whether a destination sends what campaigns say."""
    return any(destination.kind == "smtp" for destination in load_destinations(config_dir))


def check_destinations(config_dir: Path, published: Collection[str], segments: Collection[str]) -> None:
    """KindredError where a destination asks for what no night publishes.

    published: `schema.table` of what nights publish. segments: the segments there are.
    """
    path = config_dir / FILE
    destinations = load_destinations(config_dir)
    node = read_yaml(path)[1] if path.exists() else None
    for place, destination in enumerate(destinations):
        for key, known in (("tables", published), ("segments", segments)):
            for number, name in enumerate(getattr(destination, key, [])):
                if name not in known:
                    raise KindredError(
                        f"{path} line {line_of(node, ('destinations', place, key, number))}: "
                        f"{destination.name} asks for {name}, which is not published",
                        f"use one of: {', '.join(sorted(known))}",
                    )
