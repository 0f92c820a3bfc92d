"""Small nights and a mail server of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.activation.mail.mailbox import Mailbox, listening
from tests.activation.mail.small_night import SmallNight


@pytest.fixture
def night(tmp_path: Path) -> SmallNight:
    return SmallNight.create(tmp_path)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with listening(Mailbox()) as listened:
        yield listened
