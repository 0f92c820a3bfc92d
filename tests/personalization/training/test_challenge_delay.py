"""How much less of the present than the last champion a challenger may have seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dagster_project.lib.personalization.records.champions import Champion
from dagster_project.lib.personalization.training.challenge import _find_delay

BEFORE = datetime(2024, 6, 30, 12)
DAY = timedelta(days=1)


def _challenger(newest: datetime | None) -> Any:
    return SimpleNamespace(newest_interaction=newest)


@pytest.mark.parametrize(
    ("newest", "is_stale"),
    [(BEFORE + DAY, False), (BEFORE, False), (BEFORE - DAY, False), (BEFORE - DAY - timedelta(seconds=1), True)],
)  # fmt: skip
def test_up_to_a_day_may_have_gone_with_a_customer_who_is_erased(newest, is_stale):
    champion = Champion("v1", {"newest_interaction": BEFORE.isoformat()})
    assert (_find_delay(_challenger(newest), champion) is not None) == is_stale


def test_who_saw_nothing_is_stale_and_without_a_champion_nobody_is():
    champion = Champion("v1", {"newest_interaction": BEFORE.isoformat()})
    assert _find_delay(_challenger(None), champion) == (
        "stale: the newest interaction is of nothing, that of the champion was of 2024-06-30 12:00"
    )
    assert _find_delay(_challenger(BEFORE), None) is None
    assert _find_delay(_challenger(None), cast("Champion", Champion("v1", {}))) is None
