"""What somebody knows of is recorded and marked, up to the day that was named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.validation.monitoring.acknowledgements import (
    FILE,
    find_acknowledgement,
    load_acknowledgements,
)
from dagster_project.lib.validation.monitoring.kinds import Anomaly

HEAD = "kind,table,column,reason,until,by\n"


def _load(folder, text):
    (folder / FILE).write_text(text)
    return load_acknowledgements(folder)


def test_without_the_file_nothing_is_acknowledged(tmp_path):
    assert load_acknowledgements(tmp_path) == []


def test_an_acknowledged_anomaly_is_recorded_until_its_day_has_passed(shop, tmp_path):
    shop.remember_weeks(40)
    last = shop.at(41).date()
    shop.acknowledgements = _load(
        tmp_path, f'{HEAD}feed_volume,pos/orders,,"stocktaking, closed",{last},Ann\n'
    )
    for night in (40, 41, 42):
        shop.deliver(night, 10)
        shop.watch(night)
    columns = "is_acknowledged, acknowledged_by, acknowledged_reason, acknowledged_until"
    known = (True, "Ann", "stocktaking, closed", last)
    assert [shop.anomalies(columns, night) for night in (40, 41, 42)] == [
        [known],
        [known],
        [(False, None, None, None)],
    ]


@pytest.mark.parametrize(
    ("line", "is_known"),
    [
        ("column_nulls,marts.buyers,amount", True),
        ("column_nulls,marts.buyers,", True),
        ("column_nulls,marts.buyers,name", False),
        ("column_nulls,marts.others,amount", False),
        ("column_values,marts.buyers,amount", False),
    ],
)
def test_an_acknowledgement_is_of_one_kind_table_and_column(tmp_path, line, is_known):
    anomaly = Anomaly("column_nulls", "marts.buyers", "amount", "null_share", 0.5, 0, 0.1)
    acknowledgements = _load(tmp_path, f"{HEAD}{line},known,2027-01-01,Ann\n")
    assert (find_acknowledgement(anomaly, acknowledgements, date(2026, 12, 31)) is not None) == is_known


def test_of_several_the_one_that_holds_longest_is_named(shop, tmp_path):
    shop.connection.execute(
        "create table quality.reconciliations as"
        " select 'f' as feed, 's' as step, 'm' as measure, 1.0 as expected, 0.0 as arrived, false as is_reconciled"
    )
    day = shop.at(0).date()
    lines = [
        f"reconciliation,f,,why,{day + timedelta(days=days)},{by}\n"
        for days, by in ((-1, "a"), (9, "b"), (3, "c"))
    ]
    shop.acknowledgements = _load(tmp_path, HEAD + "".join(lines))
    shop.watch(0)
    assert shop.anomalies("acknowledged_by") == [("b",)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind,table,reason,until\n", "line 1: no column by"),
        ("kind,table,reason,until,by,note\n", "line 1: a column that means nothing: note"),
        (f"{HEAD}volume,pos/orders,,why,2026-01-01,Ann\n", "line 2, column kind: unknown kind"),
        (f"{HEAD}\nfeed_volume,pos/orders,,why,soon,Ann\n", "line 3, column until: no ISO date"),
        (f"{HEAD}feed_volume,pos/orders,,,2026-01-01,Ann\n", "line 2, column reason: nothing is there"),
        (f"{HEAD}feed_volume,pos/orders,,why, not,2026-01-01,Ann\n", "line 2: more values than columns"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(tmp_path, text, told):
    with pytest.raises(KindredError) as raised:
        _load(tmp_path, text)
    assert f"{FILE} {told}" in str(raised.value)
    assert raised.value.remedy
