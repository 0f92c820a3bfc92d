"""Small nights and a mail server of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.activation.conftest import Campaigns
from tests.activation.mail.mailbox import Mailbox, listening
from tests.activation.mail.sample_shop import Shop
from tests.activation.mail.small_night import SmallNight
from tests.conftest import BuiltNight


@pytest.fixture
def night(tmp_path: Path) -> SmallNight:
    return SmallNight.create(tmp_path)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with listening(Mailbox()) as listened:
        yield listened


@pytest.fixture
def shop(tmp_path: Path, mailbox: Mailbox, campaigns: Campaigns, sample_night: BuiltNight) -> Shop:
    return Shop.open(tmp_path / "data", mailbox, campaigns, sample_night.data_dir / "landing")
