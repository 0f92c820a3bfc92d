"""Hearing what a night tells on the terminal, before the night goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable


def hear(tell: Callable[[str, str], None]) -> None:
    """Pass the stage and the message of each line of this process from here on."""

    def listen(record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and len(record.args) == 2:
            tell(*map(str, record.args))
        return True

    logging.getLogger("kindred").addFilter(listen)
