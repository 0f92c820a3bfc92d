"""Great Expectations' own log, which a night's log does not want. Nothing about expectations belongs here."""

from __future__ import annotations

import logging


def quiet_log() -> None:
    """Keep temporary folders and the like out of a night's log: some of its loggers ask for INFO by themselves."""
    for name in logging.root.manager.loggerDict:
        if name.startswith("great_expectations"):
            logging.getLogger(name).setLevel(logging.WARNING)
