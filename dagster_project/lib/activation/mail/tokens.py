"""The signed word by which a reader is known who says no to more: it names the customer and no address."""

from __future__ import annotations

import base64
import hashlib
import hmac


def sign(customer: str, key: str) -> str:
    """`<customer>.<signature>`, whose signature is HMAC-SHA256 of the customer, in URL-safe base64 without padding."""
    digest = hmac.new(key.encode(), customer.encode(), hashlib.sha256).digest()
    return f"{customer}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
