"""Who is asked about gets their own answer, and everybody else what somebody without a history gets."""

from __future__ import annotations

from urllib.parse import quote

import pytest

STRANGERS = ["/customers/nobody", "/customers/c5_who_is_gone", "/visitors/nobody", "/visitors/u1", "/customers/c2",
             "/visitors/v2"]  # fmt: skip
"""Unknown, erased, no visitor, and against personalization."""


def _products(answer):
    return [product["product_id"] for product in answer["recommendations"]]


@pytest.mark.parametrize(
    "path", ["/customers/c1", "/customers/c1_of_old", "/visitors/v1", "/v1/customers/c1"]
)
@pytest.mark.parametrize("name", ["for_you", "discover", "content"])
def test_a_list_is_the_customers_own_by_any_of_their_ids(ask, path, name):
    answer = ask(f"{path}/recommendations", list=name, limit=3)
    assert (answer["run_id"], answer["as_of"]) == ("run_1", "2026-06-30T20:00:00Z")
    assert answer["is_known"] and answer["is_personalized"]
    assert _products(answer) == ["p1", "p2", "p3"]
    assert answer["recommendations"][1] == {
        "rank": 2, "product_id": "p2", "name": "product 2 of run_1", "category": "Tea", "brand": "Leaf", "price": 2.5,
        "list_price": None, "currency": "GBP", "image_url": None, "product_url": "https://shop.example/p2",
        "score": 0.5, "strategy": "hybrid", "reason": "because you bought of run_1",
    }  # fmt: skip


@pytest.mark.parametrize("path", STRANGERS)
def test_others_get_the_list_of_everybody(ask, path):
    answer = ask(f"{path}/recommendations", limit=2)
    assert _products(answer) == ["p11", "p12"]
    assert not answer["is_personalized"]
    assert answer["recommendations"][0]["reason"] is None
    assert ask(f"{path}/recommendations", list="content")["recommendations"] == []


def test_who_has_no_list_gets_everybodys_too(ask):
    answer = ask("/customers/c3/recommendations", limit=1)
    assert (answer["is_known"], answer["is_personalized"], _products(answer)) == (True, False, ["p11"])


def test_a_visitors_answer_does_not_say_who_it_is(ask):
    assert ask("/customers/c1_of_old/segments")["customer_id"] == "c1"
    assert ask("/visitors/v1/segments")["customer_id"] is None
    profile = ask("/visitors/v1/profile")
    assert (profile["customer_id"], profile["profile"]) == (None, {"night": "run_1"})


def test_an_id_may_be_written_in_any_way(ask):
    for name, is_known in (("c/4 é", True), ("nobody/segments ?%", False)):
        path = f"/customers/{quote(name, safe='')}"
        for what in ("segments", "recommendations", "content/banner"):
            assert ask(f"{path}/{what}")["is_known"] is is_known


def test_segments_and_the_profile_are_the_customers_own(ask):
    assert ask("/customers/c1/segments")["segments"] == [
        {"segment": "of run_1", "is_primary": True, "entered_at": "2026-06-01T08:00:00Z"}
    ]
    assert ask("/customers/c1/profile")["profile"] == {
        "customer_id": "c1", "demographics": {"first_name": "Ann"}, "night": "run_1",
    }  # fmt: skip


@pytest.mark.parametrize("path", STRANGERS)
def test_others_are_in_no_segment_and_have_no_profile(ask, path):
    assert [own["segment"] for own in ask(f"{path}/segments")["segments"]] == ["anonymous"]
    assert ask(f"{path}/profile")["profile"] == {}


def test_products_stand_beside_products(ask):
    beside = ask("/products/p1/similar", limit=2)
    assert (_products(beside), beside["is_known"]) == (["p2", "p3"], True)
    assert ask("/products/p1/bought_together")["recommendations"] == []
    assert ask("/products/nothing/similar") | {"recommendations": 0} == {
        "run_id": "run_1", "as_of": "2026-06-30T20:00:00Z", "product_id": "nothing", "is_known": False,
        "strategy": "similar", "recommendations": 0,
    }  # fmt: skip


def test_the_same_answer_is_not_sent_twice(api):
    first = api.get("/customers/c1/recommendations")
    again = api.get("/customers/c1/recommendations", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for named in ("*", f"W/{first.headers['ETag']}", f'"other", {first.headers["ETag"]}'):
        assert api.get("/customers/c1/recommendations", headers={"If-None-Match": named}).status_code == 304
    other = api.get("/customers/c3/recommendations", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/customers/c1/recommendations?list=mine", 422, "query.list: Input should be 'for_you', "),
        ("/customers/c1/recommendations?limit=51", 422, "query.limit: "),
        ("/customers/c1/content/homepage?hour=24", 422, "query.hour: "),
        ("/customers/c1/content/win_back", 404, "no page or banner has that name"),
        ("/customers/c1/content/nothing", 404, "no page or banner has that name"),
        ("/customers//segments", 422, "path.id: "),
        ("/customers/c1/orders", 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(api, path, status, said):
    answer = api.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status and said in answer.json()["detail"]
