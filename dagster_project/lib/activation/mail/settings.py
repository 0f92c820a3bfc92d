"""What a destination of kind smtp says: through which server, as whom, how fast and when messages go.

Whoever else sends by a mail server reaches it by the same keys, those of `MailAccount`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from dagster_project.lib.activation.names import NAME
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.hosts import is_loopback

_ADDRESS = r"^[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+$"
_ONE_LINE = r"^[^\x00-\x1f\x7f\u0085\u2028\u2029]+$"
_VARIABLE = r"^[A-Z_][A-Z0-9_]*$"


def _in_ascii(address: str) -> str:
    """The address as every server takes it: its domain by IDNA. ValueError where the part before it is not ASCII."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise ValueError("has other letters than ASCII before the @, which not every server takes")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise ValueError("has no valid domain after the @") from None


Address = Annotated[str, Field(pattern=_ADDRESS), AfterValidator(_in_ascii)]


class Sender(BaseModel):
    """Whom messages come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address = Field(description="Address that they come from.", examples=["news@shop.example"])
    name: str | None = Field(default=None, pattern=_ONE_LINE, description="As readers see it.")

    @field_validator("name")
    @classmethod
    def _is_plain(cls, name: str | None) -> str | None:
        if name and "=?" in name:
            raise ValueError("is written as it reads, not as an encoded word (=?)")
        return name


class QuietHours(BaseModel):
    """When nobody is written to, by the clock where the customer lives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_hour: int = Field(default=21, ge=0, le=23, description="Hour in which the quiet begins.")
    until_hour: int = Field(default=8, ge=0, le=23, description="Hour in which it ends.")


class Unsubscribing(BaseModel):
    """How a reader says no to more without opening the message: the header List-Unsubscribe, at least one way."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = Field(
        default=None,
        pattern=r"^https://[^\s<>]*\{token\}[^\s<>]*$",
        description="Address that mail programs post to (RFC 8058); {token} stands for the customer, signed.",
        examples=["https://shop.example/unsubscribe?token={token}"],
    )
    mailto: Address | None = Field(default=None, description="Mailbox that takes requests.")
    key_env: str = Field(
        default="KINDRED_UNSUBSCRIBE_KEY",
        pattern=_VARIABLE,
        description="Environment variable with the secret that tokens are signed with.",
    )

    @model_validator(mode="after")
    def _is_possible(self) -> Unsubscribing:
        if self.url is None and self.mailto is None:
            raise ValueError("name a url, a mailto or both: nobody is written to who cannot say no")
        return self


class MailAccount(BaseModel):
    """A mail server, and as whom it is spoken to."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    file: ClassVar[str] = "destinations.yml"
    """Of the config folder, where it is declared."""

    name: str = Field(pattern=NAME, description="How the log calls it.", examples=["letters"])
    host: str = Field(
        default="localhost", pattern=r"^\S+$", description="The server; a test server by default."
    )
    port: int = Field(default=1025, ge=1, le=65535, description="Its port, such as 587 or 465.")
    tls: Literal["none", "starttls", "implicit"] = Field(
        default="none", description="none only for this machine; starttls is port 587's, implicit port 465's."
    )
    user_env: str | None = Field(
        default=None, pattern=_VARIABLE, description="Environment variable with the user's name."
    )
    password_env: str | None = Field(
        default=None, pattern=_VARIABLE, description="Environment variable with the password."
    )
    sender: Sender = Field(description="Who writes.")
    messages_per_minute: int = Field(default=60, ge=1, description="How fast messages go at most.")

    @model_validator(mode="after")
    def _is_safe(self) -> MailAccount:
        if (self.user_env is None) != (self.password_env is None):
            raise ValueError("name both user_env and password_env, or neither")
        if self.tls == "none" and not is_loopback(self.host):
            raise ValueError(
                "say tls: starttls or implicit; without, everybody on the way reads the messages"
            )
        return self


class MailDestination(MailAccount):
    """A mail server that sends what campaigns say is due."""

    kind: Literal["smtp"] = Field(description="What it is: a mail server.")
    reply_to: Address | None = Field(default=None, description="Where answers go.")
    unsubscribe: Unsubscribing = Field(description="How readers say no to more.")
    quiet_hours: QuietHours | None = Field(
        default=QuietHours(), description="When nobody is written to; null for never."
    )
    time_zone: str = Field(
        default="UTC", description="Of customers whose country is unknown.", examples=["Europe/Berlin"]
    )

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is no time zone such as Europe/Berlin") from None
        return name


def secret(environ: Mapping[str, str], variable: str, account: MailAccount) -> str:
    """The value of an environment variable that an account names. KindredError where it is empty or missing."""
    value = environ.get(variable, "")
    if not value:
        raise KindredError(
            f"{account.file}: {account.name} wants the environment variable {variable}", "set it"
        )
    return value
