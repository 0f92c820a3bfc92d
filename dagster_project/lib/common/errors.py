"""The errors a user can act on. Programming errors stay ordinary exceptions and keep their traceback."""

from __future__ import annotations


class KindredError(Exception):
    """Something in the user's files, settings or machine stops the night.

    message: what is wrong, naming file, row or column, never holding personal data.
    remedy: what to do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}.")
        self.message = message
        self.remedy = remedy
