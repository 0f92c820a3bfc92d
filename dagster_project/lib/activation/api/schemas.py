"""What the answers hold, for the OpenAPI document; `answers` makes them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from dagster_project.lib.activation.api.answers import Strategy


class Night(BaseModel):
    """Which night an answer is of; all of an answer is of the same one."""

    run_id: str = Field(description="The run that published it.")
    as_of: str = Field(description="The instant that the night was run for, UTC.")


class About(Night):
    """Whom an answer is about."""

    customer_id: str | None = Field(
        description="The customer whom the id means today; null for nobody and for visitors."
    )
    is_known: bool | None = Field(
        description="Whether the night knows the id; null for a browser's key, with which anybody may guess ids."
    )
    is_personalized: bool = Field(description="Whether the answer is this person's own, not everybody's.")


class ListedProduct(BaseModel):
    """One product of a list."""

    rank: int = Field(description="From 1.")
    product_id: str
    name: str | None
    category: str | None
    brand: str | None
    price: float | None
    list_price: float | None
    currency: str | None = Field(description="ISO 4217.")
    image_url: str | None
    product_url: str | None
    score: float = Field(description="Higher is better; comparable within one list.")
    strategy: str | None = Field(description="Which model listed it, for customers' own lists and servers.")
    reason: str | None = Field(description="Why, in words, for customers' own lists and servers.")


class Recommendations(About):
    """A list of products, the best first."""

    list: str
    recommendations: list[ListedProduct]


class Membership(BaseModel):
    """One segment."""

    segment: str
    is_primary: bool = Field(description="Whether it has the lowest priority number of the customer's.")
    entered_at: str | None = Field(description="Since when, UTC; null for anonymous.")


class Segments(About):
    """The segments somebody is in."""

    segments: list[Membership]


class Profile(About):
    """What is known of a customer."""

    profile: dict[str, Any] = Field(description="As docs/customer_profile.schema.json.")


class Content(About):
    """A template, filled."""

    template: str
    variant: str | None = Field(
        description="The variant shown: of the request, else of the template's experiment; null for none."
    )
    html: str
    text: str | None = Field(description="null where the template has no text.")


class Beside(Night):
    """What to show beside a product."""

    product_id: str
    is_known: bool = Field(description="Whether the night knows the product.")
    strategy: Strategy
    recommendations: list[ListedProduct]


class Health(Night):
    """Which night is answered from."""

    status: str
