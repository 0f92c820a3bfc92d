"""A message as it travels (RFC 5322): its headers and both parts. What it says was rendered in the night."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import EmailPolicy, compat32, default
from email.utils import format_datetime
from unicodedata import category
from urllib.parse import quote

from markupsafe import escape

from dagster_project.lib.activation.content.blocks import unsubscribe_url
from dagster_project.lib.activation.content.shop import Shop
from dagster_project.lib.activation.mail import tokens
from dagster_project.lib.activation.mail.due import DueMessage, Texts
from dagster_project.lib.activation.mail.settings import MailDestination, secret

_BREAKS = frozenset({"Cc", "Zl", "Zp"})
"""Unicode categories of what a mail program may take for the end of a line, or worse."""
_ENCODED = "=?"
"""How an encoded word (RFC 2047) begins, which readers' programs, and Python, decode into whatever it hides."""
_LONGEST_LINE = 998
_UNSUBSCRIBE = "List-Unsubscribe"
_FOLLOWED = frozenset({_UNSUBSCRIBE, "Message-ID", "Feedback-ID"})
"""Headers in which programs look for addresses and names, as they are."""


_URL, _VALUES = re.compile(r"https?://[^\s<>\"']+"), re.compile(r"[/?&;=#.,)]")
"""An address in a text, and what stands around the values in one."""


class _Policy(EmailPolicy):
    """Leaves what programs follow as it is: folding would encode a long address."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it goes; one line an address where it lists some."""
        if name not in _FOLLOWED:
            return super().fold_binary(name, value)
        return f"{name}: {value.replace(', ', f',{self.linesep} ')}{self.linesep}".encode("ascii")


_POLICY = _Policy(linesep="\r\n", raise_on_defect=True)


class UnsendableError(Exception):
    """A message that must not travel. Its text is the reason, without anything of the customer."""


@dataclass(frozen=True)
class Letter:
    """A message and whom it goes to."""

    recipient: str
    content: bytes


class Writer:
    """Writes the messages of one destination."""

    def __init__(self, destination: MailDestination, shop: Shop, environ: Mapping[str, str]) -> None:
        """environ: holds the key that tokens are signed with. KindredError where it is wanted and missing."""
        self._destination = destination
        self._shop = shop
        ways = destination.unsubscribe
        self._key = secret(environ, ways.key_env, destination) if ways.url else ""

    def write(self, message: DueMessage, texts: Texts, now: datetime) -> Letter:
        """The message as bytes. now: UTC, naive. Raises UnsendableError for what would begin a header of its own."""
        try:
            return self._write(message, texts, now)
        except (MessageError, ValueError, IndexError):
            # their texts quote what they choke on
            raise UnsendableError("cannot be written as a message") from None

    def _write(self, message: DueMessage, texts: Texts, now: datetime) -> Letter:
        name = " ".join(part for part in (message.first_name, message.last_name) if part)
        _expect_plain(texts.subject, name)
        recipient = address_of(message.address)
        sender = self._destination.sender
        domain = sender.address.rpartition("@")[2]
        letter = EmailMessage(policy=_POLICY)
        letter["From"] = Address(sender.name or "", addr_spec=sender.address)
        letter["To"] = Address(name, addr_spec=recipient)
        letter["Subject"] = texts.subject
        letter["Date"] = format_datetime(now.replace(tzinfo=UTC))
        letter["Message-ID"] = f"<{message.message_id}@{domain}>"
        if self._destination.reply_to:
            letter["Reply-To"] = self._destination.reply_to
        link = self._link_of(message.customer_id)
        self._offer_a_way_out(letter, link)
        letter["Feedback-ID"] = f"{message.campaign}:{message.template}:{message.step}:{domain}"
        letter["Auto-Submitted"] = "auto-generated"
        html, text = self._with_link(message.customer_id, texts, link)
        letter.set_content(text, cte="quoted-printable")
        letter.add_alternative(html, subtype="html", cte="quoted-printable")
        # a header may say something else than it was given
        _expect_plain(*(str(value) for value in letter.values()))
        content = letter.as_bytes()
        _expect_headers(content, letter.keys(), recipient)
        return Letter(recipient, content)

    def _link_of(self, customer: str) -> str | None:
        url = self._destination.unsubscribe.url
        return url.replace("{token}", tokens.sign(customer, self._key)) if url else None

    def _offer_a_way_out(self, letter: EmailMessage, link: str | None) -> None:
        mailto = self._destination.unsubscribe.mailto
        ways = [f"<{link}>"] if link else []
        ways += [f"<mailto:{mailto}?subject=unsubscribe>"] if mailto else []
        letter[_UNSUBSCRIBE] = ", ".join(ways)
        if link:
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"

    def _with_link(self, customer: str, texts: Texts, link: str | None) -> tuple[str, str]:
        """Both parts, with the signed address where the night, which knows no key, wrote an open one."""
        if link is None:
            return texts.html, texts.text
        rendered = unsubscribe_url(self._shop, customer)
        html = _replace(texts.html, str(escape(rendered)), str(escape(link)), customer)
        return html, _replace(texts.text, rendered, link, customer)


def _replace(part: str, rendered: str, link: str, customer: str) -> str:
    """The part with the link in place of what was rendered. UnsendableError where what was rendered reads otherwise."""
    if rendered not in part and any(
        quote(customer, safe="") in _VALUES.split(url) for url in _URL.findall(part)
    ):
        # of other settings of the shop, or changed by a filter: it names the customer and proves nothing
        raise UnsendableError("a link to unsubscribe at that the night wrote by other settings")
    return part.replace(rendered, link)


def _expect_plain(*values: str) -> None:
    if any(category(character) in _BREAKS for value in values for character in value):
        raise UnsendableError("a line break in a subject or name")
    if any(_ENCODED in value for value in values):
        raise UnsendableError("an encoded word in a subject or name")


def _expect_headers(content: bytes, names: Sequence[str], recipient: str) -> None:
    """Hold what goes against what was meant: these headers, and neither one nor an address that a value smuggled in."""
    head, _, _ = content.partition(b"\r\n\r\n")
    if BytesHeaderParser(policy=compat32).parsebytes(head).keys() != list(names):
        raise UnsendableError("a header that is not its own")
    if any(len(line) > _LONGEST_LINE for line in head.split(b"\r\n")):
        raise UnsendableError("a header that is too long")
    # a long name loses its quotes where it is folded, and what it says may read as an address then
    read = BytesHeaderParser(policy=default).parsebytes(head)["To"].addresses
    if [to.addr_spec for to in read] != [recipient]:
        raise UnsendableError("a name that reads as an address")


def address_of(address: str | None) -> str:
    """The address as servers take it, its domain in ASCII. Raises UnsendableError for what is no address."""
    local, _, domain = (address or "").rpartition("@")
    try:
        spec = f"{local}@{domain.encode('idna').decode()}"
        parsed = Address(addr_spec=spec)
        spec.encode("ascii")
    except (MessageError, ValueError, IndexError):
        raise UnsendableError("no valid address") from None
    if not (parsed.username and "." in parsed.domain) or any(c.isspace() for c in spec):
        raise UnsendableError("no valid address")
    return spec
