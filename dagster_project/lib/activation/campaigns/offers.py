"""What `offers.yml` says: what the shop has to offer, to whom, from when to when and how often."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dagster_project.lib.activation.names import NAME, expect_unique
from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.common.warehouse import transaction

FILE = "offers.yml"
OFFERS, SEGMENTS = "operations.offers", "operations.offer_segments"


class Offer(BaseModel):
    """One offer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME, description="How campaigns call it.", examples=["free_shipping"])
    kind: Literal["discount", "free_shipping", "urgency", "category_banner"] = Field(
        description="What it is."
    )
    title: str = Field(
        min_length=1, description="A line for subjects and banners.", examples=["10 % off all tea"]
    )
    text: str | None = Field(default=None, description="A sentence or two.")
    code: str | None = Field(default=None, description="What the customer types at the till.")
    percent: float | None = Field(default=None, gt=0, le=100, description="Of a discount.")
    amount: float | None = Field(default=None, gt=0, description="Of a discount, in base currency.")
    category: str | None = Field(
        default=None, description="Category that it is about; a category banner needs one."
    )
    image_url: str | None = Field(default=None, description="Address of a picture.")
    url: str | None = Field(default=None, description="Where it leads to.")
    segments: list[str] = Field(
        default=[], description="Whose members may have it; everybody where it names none."
    )
    not_segments: list[str] = Field(default=[], description="Whose members may not.")
    starts_on: date | None = Field(default=None, description="First day, UTC.")
    ends_on: date | None = Field(default=None, description="Last day, UTC.")
    priority: int = Field(default=100, description="A customer is shown offers of lower numbers first.")
    most_customers: int | None = Field(
        default=None, ge=1, description="How many customers may have it; those most likely to buy come first."
    )

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Offer:
        if (self.percent is None) == (self.amount is None) and self.kind == "discount":
            raise ValueError("a discount has either a percent or an amount")
        if self.category is None and self.kind == "category_banner":
            raise ValueError("a category_banner needs its category")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValueError("it ends before it starts")
        return self


class Offers(BaseModel):
    """The whole file; without one there are no offers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offers: list[Offer] = Field(default=[], description="Each with a name of its own.")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Offers:
        expect_unique([offer.name for offer in self.offers], "offer")
        return self


def load_offers(config_dir: Path) -> Offers:
    """Read `offers.yml`. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(Offers, *read_yaml(path), path) if path.exists() else Offers()


def write_offers(connection: duckdb.DuckDBPyConnection, offers: Offers) -> None:
    """Make operations.offers hold one row an offer, and operations.offer_segments one an offer and segment it names."""
    with transaction(connection):
        connection.execute(f"""
            create or replace table {OFFERS} (
                offer varchar, kind varchar, title varchar, description varchar, code varchar, percent double,
                amount double, category varchar, image_url varchar, url varchar, starts_on date, ends_on date,
                priority integer, most_customers integer
            )
        """)
        connection.execute(
            f"create or replace table {SEGMENTS} (offer varchar, segment varchar, is_excluded boolean)"
        )
        for one in offers.offers:
            connection.execute(
                f"insert into {OFFERS} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [one.name, one.kind, one.title, one.text, one.code, one.percent, one.amount, one.category,
                 one.image_url, one.url, one.starts_on, one.ends_on, one.priority, one.most_customers],
            )  # fmt: skip
            for names, is_excluded in ((one.segments, False), (one.not_segments, True)):
                for segment in dict.fromkeys(names):
                    connection.execute(
                        f"insert into {SEGMENTS} values (?, ?, ?)", [one.name, segment, is_excluded]
                    )
