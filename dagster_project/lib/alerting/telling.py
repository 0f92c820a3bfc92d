"""Telling an alert: to the log always, over the channels of alerts.yml once a night and cause.

What goes wrong here is told in the log and never stops a night.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from dagster_project.lib.alerting.alerts import Alert
from dagster_project.lib.alerting.channels import UndeliveredError, Wait, mail, post
from dagster_project.lib.alerting.memory import SentAlerts
from dagster_project.lib.alerting.settings import FILE, load_alert_settings
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import count_of, say

STAGE = "alerts"
Deliver = Callable[[Alert], None]
"""Raises UndeliveredError."""


@dataclass(frozen=True)
class Teller:
    """Whom alerts go to, and where is noted that they went.

    warehouse: the folder that the note is in. environ: where secrets are. wait: as time.sleep, between tries.
    """

    config_dir: Path
    warehouse: Path
    environ: Mapping[str, str]
    wait: Wait = time.sleep

    def tell(self, alert: Alert, now: datetime) -> int:
        """Return how many messages went out. now: by the clock, UTC without zone."""
        if not alert.causes:
            return 0
        for line in alert.text.splitlines():
            if line:
                say(STAGE, line)
        try:
            channels = list(self._channels())
        except KindredError as error:
            say(STAGE, f"warning: nobody was told: {error}")
            return 0
        return sum(self._send(channel, deliver, alert, now) for channel, deliver in channels)

    def _channels(self) -> Iterator[tuple[str, Deliver]]:
        settings = load_alert_settings(self.config_dir)
        if settings.webhook is not None:
            yield "webhook", partial(post, settings.webhook, environ=self.environ, wait=self.wait)
        if settings.mail is not None:
            yield "mail", partial(mail, settings.mail, environ=self.environ, wait=self.wait)

    def _send(self, channel: str, deliver: Deliver, alert: Alert, now: datetime) -> int:
        sent = SentAlerts(self.warehouse, channel, now, alert.as_of)
        try:
            told = sent.read()
            new = tuple(cause for cause in alert.causes if alert.name(cause) not in told)
            if not new:
                return 0
            deliver(alert.keep(new))
            sent.note(alert.name(cause) for cause in new)
        except UndeliveredError as error:
            say(STAGE, f"warning: the {channel} of {FILE} was not told: {error}")
            return 0
        except OSError as error:
            say(
                STAGE,
                f"warning: {sent.path} cannot be kept ({error.strerror}): the {channel} may be told twice",
            )
            return 0
        say(STAGE, f"told the {channel} of {FILE} of {count_of(len(new), 'cause')}")
        return 1
