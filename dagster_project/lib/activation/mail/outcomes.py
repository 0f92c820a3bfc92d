"""What may become of a message that is handed to a server, but that it is taken; not how servers say so."""

from __future__ import annotations

CLOSING = 421
"""By this code a server says that it hangs up; one that hangs up without a word is taken to have said it."""


class RefusedError(Exception):
    """The server will never take the message."""

    def __init__(self, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


class DeferredError(RefusedError):
    """The server does not take the message now."""


class UnreachableError(Exception):
    """There is no server to talk to, or it went away before it heard of a recipient."""


class UnknownOutcomeError(Exception):
    """The server went away after it was given the message: it may have taken it."""
