"""What `content.yml` says: who writes to customers, and in which language."""

from __future__ import annotations

from pathlib import Path

from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from pydantic import BaseModel, ConfigDict, Field, field_validator

from dagster_project.lib.common.config_files import parse, read_yaml

FILE = "content.yml"


class Shop(BaseModel):
    """What every message says of its sender."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(default="Our shop", description="As customers know it.")
    url: str = Field(
        default="https://shop.example/",
        pattern=r"^https?://[^\s/]+(/.*)?$",
        description="The start page; links of products that name no host begin with it.",
    )
    address: str | None = Field(
        default=None, description="Postal address; the law of many countries wants one in every mailing."
    )
    unsubscribe_url: str = Field(
        default="/unsubscribe?customer={customer_id}",
        description="Where a reader says no to more; {customer_id} stands for the customer.",
    )


class ContentSettings(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shop: Shop = Field(default=Shop(), description="Who writes.")
    language: str = Field(
        default="en_GB",
        description="By which amounts and days are written, as language_COUNTRY.",
        examples=["de_DE"],
    )

    @field_validator("language")
    @classmethod
    def _is_known(cls, language: str) -> str:
        try:
            BabelLocale.parse(language)
        except (UnknownLocaleError, ValueError):
            raise ValueError("is no language and country such as en_GB or de_DE") from None
        return language


def load_content_settings(config_dir: Path) -> ContentSettings:
    """Read `content.yml`; without one the defaults. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(ContentSettings, *read_yaml(path), path) if path.exists() else ContentSettings()
