"""What `alerts.yml` of the config folder says: who is told, beside the log."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.activation.mail.settings import Address, MailAccount
from dagster_project.lib.activation.names import NAME
from dagster_project.lib.common.config_files import parse, read_yaml

FILE = "alerts.yml"


class AlertWebhook(BaseModel):
    """A URL that alerts are posted to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        description="Where alerts are posted as JSON; `${NAME}` takes a part from the environment.",
        examples=["${ALERT_URL}"],
    )
    headers: dict[str, str] = Field(
        default={},
        description="Sent with each alert; `${NAME}` takes a part from the environment.",
        examples=[{"Authorization": "Bearer ${ALERT_TOKEN}"}],
    )
    timeout_seconds: float = Field(default=10, gt=0, le=60, description="How long an answer may take.")


class AlertMail(MailAccount):
    """A mail server that alerts are handed to."""

    file: ClassVar[str] = FILE

    name: str = Field(default="mail", pattern=NAME, description="How the log calls it.")
    to: list[Address] = Field(
        min_length=1, description="Who is written to.", examples=[["data@shop.example"]]
    )


class AlertSettings(BaseModel):
    """The whole file; without one alerts stand in the log alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook: AlertWebhook | None = Field(default=None, description="Alerts as JSON, for a chat or a pager.")
    mail: AlertMail | None = Field(default=None, description="Alerts as messages.")


def load_alert_settings(config_dir: Path) -> AlertSettings:
    """Read `alerts.yml`; no file means the log alone. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(AlertSettings, *read_yaml(path), path) if path.exists() else AlertSettings()
