"""The errors a user can act on. Programming errors stay ordinary exceptions and keep their traceback."""

from __future__ import annotations

from collections.abc import Iterator


class KindredError(Exception):
    """Something in the user's files, settings or machine stops the night.

    message: what is wrong, naming file, row or column, never holding personal data.
    remedy: what to do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}.")
        self.message = message
        self.remedy = remedy


def follow_causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came of, each once: one that is raised again out of its wrapping has itself as a cause."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__
