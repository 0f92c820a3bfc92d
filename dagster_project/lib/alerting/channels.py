"""The ways that an alert goes beside the log: posted to a URL, or handed to a mail server."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from dagster_project.lib.activation.delivery.targets import PermanentError
from dagster_project.lib.activation.destinations.base import Secrets
from dagster_project.lib.activation.mail.letter import Letter
from dagster_project.lib.activation.mail.outcomes import RefusedError, UnknownOutcomeError, UnreachableError
from dagster_project.lib.activation.mail.server import MailServer
from dagster_project.lib.alerting.alerts import Alert
from dagster_project.lib.alerting.settings import AlertMail, AlertWebhook
from dagster_project.lib.common.errors import KindredError

_TRIES = 3
Wait = Callable[[float], None]


class UndeliveredError(Exception):
    """An alert that did not get through. Its text says why, without secrets."""


def post(webhook: AlertWebhook, alert: Alert, environ: Mapping[str, str], wait: Wait = time.sleep) -> None:
    """Post the alert as JSON, thrice where nobody answers. UndeliveredError where it is not taken."""
    secrets = Secrets(environ)
    trying = Retrying(
        retry=retry_if_exception_type(httpx.HTTPError),
        stop=stop_after_attempt(_TRIES),
        wait=wait_exponential(),
        sleep=wait,
        reraise=True,
    )
    try:
        url = secrets.fill(webhook.url)
        headers = {name: secrets.fill(value) for name, value in webhook.headers.items()}
        with httpx.Client(timeout=webhook.timeout_seconds) as client:
            trying(lambda: client.post(url, json=alert.document, headers=headers).raise_for_status())
    except PermanentError as error:
        raise UndeliveredError(str(error)) from None
    except httpx.HTTPStatusError as error:
        raise UndeliveredError(f"it answers {error.response.status_code}") from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        # their texts quote the URL, which may be a secret
        raise UndeliveredError(f"it cannot be reached ({type(error).__name__})") from None


def mail(account: AlertMail, alert: Alert, environ: Mapping[str, str], wait: Wait = time.sleep) -> None:
    """Write to everybody whom the account names. UndeliveredError where one of them was not."""
    refused = 0
    try:
        with MailServer(account, environ, wait) as server:
            for recipient in account.to:
                try:
                    server.send(Letter(recipient, _write(account, alert, recipient)), _begin)
                except (RefusedError, UnknownOutcomeError):
                    refused += 1
    except KindredError as error:
        raise UndeliveredError(str(error)) from None
    except UnreachableError:
        raise UndeliveredError(f"{account.host} cannot be reached") from None
    if refused:
        raise UndeliveredError(f"{account.host} did not take it for {refused} of {len(account.to)} addresses")


def _begin() -> None:
    """Nothing is noted before a message goes: an alert that comes twice does no harm."""


def _write(account: AlertMail, alert: Alert, recipient: str) -> bytes:
    letter = EmailMessage(policy=SMTP)
    letter["From"] = formataddr((account.sender.name or "", account.sender.address))
    letter["To"] = recipient
    letter["Subject"] = f"Kindred: {alert.headline}"
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = make_msgid(domain=account.sender.address.rpartition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(alert.text, cte="quoted-printable")
    return letter.as_bytes()
