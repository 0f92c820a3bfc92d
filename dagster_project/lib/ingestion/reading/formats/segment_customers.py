"""A Segment identify message as a customer record; traits that no column takes go to `_extra`."""

from __future__ import annotations

from dagster_project.lib.ingestion.reading.formats.pieces import filled_object, first_given, merged, without
from dagster_project.lib.ingestion.reading.formats.segment_message import CAMEL, Message

TAKEN = ("email", "phone", "gender", "birthday", "address", *CAMEL, *CAMEL.values())
"""Traits that a canonical column takes."""


def texts(message: Message) -> dict[str, str]:
    """Canonical column of crm/customers -> SQL of type varchar."""
    return {
        "customer_id": message.plain("user_id") if message.has("user_id") else message.plain("message_id"),
        "first_name": message.trait("first_name"),
        "last_name": message.trait("last_name"),
        "email": first_given(message.trait("email"), message.context("traits.email")),
        "phone": message.trait("phone"),
        "street_address": message.address("street"),
        "city": message.address("city"),
        "region": message.address("state"),
        "postal_code": message.address("postal_code"),
        "country": message.address("country"),
        "birth_date": message.trait("birthday"),
        "gender": message.trait("gender"),
        "created_at": message.trait("created_at"),
        "updated_at": message.plain("timestamp"),
    }


def leftovers(message: Message, beyond: str) -> str:
    """`_extra`: the file's columns that nothing reads, and the traits that no column takes."""
    return f"({merged(beyond, filled_object({'traits': without(message.nested('traits'), TAKEN)}))})::json"
