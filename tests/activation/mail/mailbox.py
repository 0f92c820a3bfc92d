"""A mail server of this machine that answers as a test says and keeps what arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """A server's handler: keeps what arrives; `answer` may say something else than yes."""

    arrived: list[tuple[str, bytes]] = field(default_factory=list)
    answer_sender: str = "250 OK"
    answer_recipient: Callable[[str], str] = lambda address: "250 OK"
    answer_data: Callable[[str], str] = lambda address: "250 OK"
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_sender.startswith("2"):
            envelope.mail_from = address
        return self.answer_sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer_recipient(address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answer_data(envelope.rcpt_tos[0])
        if answer == "lose":
            server.transport.close()
            return "250 OK"
        if answer in ("take and lose", "250 OK"):
            self.arrived.append((envelope.rcpt_tos[0], envelope.content))
        if answer == "take and lose":
            server.transport.close()
        return answer

    @property
    def messages(self) -> dict[str, EmailMessage]:
        """Recipient -> message."""
        return {
            address: message_from_bytes(content, _class=EmailMessage, policy=policy.default)
            for address, content in self.arrived
        }

    @property
    def recipients(self) -> list[str]:
        return [address for address, _ in self.arrived]


class _Controller(Controller):
    """One that finds its own port where it asked for any that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def listening(mailbox: Mailbox, **options: Any) -> Iterator[Mailbox]:
    """The mailbox behind a server, at a port that was free. options: as aiosmtpd's SMTP takes them."""
    controller = _Controller(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop(no_assert=True)
