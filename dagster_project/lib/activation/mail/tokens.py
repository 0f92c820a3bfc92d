"""The signed word by which a reader is known who says no to more: it names the customer and no address."""

from __future__ import annotations

import base64
import hashlib
import hmac


def sign(customer: str, key: str) -> str:
    """`<customer>.<signature>`, whose signature is HMAC-SHA256 of the customer, in URL-safe base64 without padding."""
    return f"{customer}.{_signature(customer, key)}"


def read(token: str, key: str) -> str | None:
    """The customer of a token; None for one that this key did not sign."""
    customer, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(customer, key).encode()):
        return None
    return customer


def _signature(customer: str, key: str) -> str:
    digest = hmac.new(key.encode(), customer.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
