"""Going back to an earlier model, and what the nights after it do."""

from __future__ import annotations

from datetime import datetime

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization.run import Run
from dagster_project.lib.personalization.serving import registry
from dagster_project.lib.personalization.serving.serving import roll_back_and_recommend

LATER = datetime(2024, 7, 3)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models"


def run_three_nights(marts, train):
    marts.add_shop()
    results = []
    for night in range(3):
        marts.move_to(night)
        marts.add_purchases((f"c{night:02d}", "p00", 0.5 - night))
        results.append(train(marts, run_id=f"run-{night}"))
    return results


@pytest.fixture
def nights(after_nights):
    """A shop after three good nights; their versions in `versions`."""
    marts = after_nights("shop_after_three_nights", run_three_nights)
    marts.versions = [night.model_version for night in marts.nights]
    return marts


@pytest.fixture
def roll_back(folder):
    def roll_back(marts, to_version=None):
        return roll_back_and_recommend(
            marts.connection, Run("rollback", LATER, folder), to_version=to_version
        )

    return roll_back


def statuses(marts, folder):
    listed = registry.list_versions(marts.connection, folder)
    return {marts.versions.index(v.model_version): (v.status, v.is_withdrawn) for v in listed}


def test_versions_are_listed_with_their_night_and_whether_they_can_be_gone_back_to(nights, folder):
    listed = registry.list_versions(nights.connection, folder)
    assert [v.model_version for v in listed] == nights.versions[::-1]
    assert [v.as_of for v in listed] == [
        f"{day}T12:00:00" for day in ("2024-07-02", "2024-07-01", "2024-06-30")
    ]
    assert [v.status for v in listed] == ["champion", "retired", "retired"]
    assert all(v.is_on_disk and v.ndcg is not None and 0 < v.ndcg < 1 for v in listed)


def test_a_warehouse_without_a_night_has_no_versions(marts, folder):
    assert registry.list_versions(marts.connection, folder) == []


def test_the_version_before_is_gone_back_to_and_its_lists_are_written(nights, roll_back, folder):
    result = roll_back(nights)
    assert result.model_version == nights.versions[1]
    assert result.notes[0] == f"rolled back from {nights.versions[2]} to {nights.versions[1]}"
    assert statuses(nights, folder) == {
        0: ("retired", False), 1: ("champion", False), 2: ("retired", True)
    }  # fmt: skip
    assert nights.rows("select distinct model_version, run_id from activation.customer_recommendations") == [
        (nights.versions[1], "rollback")
    ]


def test_going_back_twice_goes_further_back(nights, roll_back):
    roll_back(nights)
    assert roll_back(nights).model_version == nights.versions[0]


def test_a_version_that_is_named_withdraws_all_that_came_after_it(nights, roll_back, folder):
    roll_back(nights, nights.versions[0])
    assert statuses(nights, folder) == {0: ("champion", False), 1: ("retired", True), 2: ("retired", True)}


def test_what_a_rollback_withdrew_is_passed_over_by_the_one_after_later_nights(nights, roll_back, run):
    roll_back(nights, nights.versions[0])
    nights.move_to(3)
    nights.add_purchases(("c05", "p02", -2.5))
    assert run(nights, run_id="run-3").refused is None
    assert roll_back(nights).model_version == nights.versions[0]


def test_a_rollback_can_be_taken_back(nights, roll_back, folder):
    roll_back(nights)
    roll_back(nights, nights.versions[2])
    assert statuses(nights, folder)[2] == ("champion", False)


def test_the_same_night_run_again_does_not_bring_the_withdrawn_model_back(nights, roll_back, run, folder):
    roll_back(nights)
    for _ in range(2):
        result = run(nights, run_id="again")
        assert result.refused is not None and result.refused.startswith("withdrawn by a rollback")
        assert result.model_version == nights.versions[1]
    assert statuses(nights, folder)[2] == ("retired", True)


def test_the_next_nights_model_is_held_against_the_one_gone_back_to(nights, roll_back, run):
    roll_back(nights)
    nights.move_to(3)
    nights.add_purchases(("c05", "p02", -2.5))
    result = run(nights, run_id="run-3")
    assert result.refused is None
    assert nights.rows("select model_version from quality.model_versions where status = 'champion'") == [
        (result.model_version,)
    ]


@pytest.mark.parametrize("damage", ["unknown", "refused", "gone", "broken"])
def test_what_cannot_be_gone_back_to_changes_nothing(nights, roll_back, folder, damage):
    target = nights.versions[1]
    path = folder / f"recommender_{target}.npz"
    if damage == "unknown":
        target = "0000"
    elif damage == "refused":
        nights.connection.execute(
            "update quality.model_versions set status = 'refused' where model_version = ?", [target]
        )
    elif damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:500])
    before = (nights.everything(), nights.rows("from quality.model_versions order by all"))
    with pytest.raises(KindredError):
        roll_back(nights, target)
    assert (nights.everything(), nights.rows("from quality.model_versions order by all")) == before


def test_the_first_version_has_none_before_it(trained, roll_back):
    with pytest.raises(KindredError, match="no earlier version"):
        roll_back(trained)


def test_what_was_shown_from_when_on_is_logged(nights, roll_back):
    roll_back(nights)
    logged = nights.rows(
        """
        select shown_from, strategy, model_version from operations.recommendation_nights
        where list_name = 'for_you' order by shown_from
        """
    )
    assert [str(row[0]) for row in logged] == [
        "2024-06-30 12:00:00", "2024-07-01 12:00:00", "2024-07-02 12:00:00", "2024-07-03 00:00:00"
    ]  # fmt: skip
    assert [nights.versions.index(row[2]) for row in logged] == [0, 1, 2, 1]
    assert {row[1] for row in logged} == {"hybrid"}
