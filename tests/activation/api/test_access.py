"""No key, no answer; a browser's key opens what any visitor may see; nobody asks more often than agreed."""

from __future__ import annotations

import dataclasses

import pytest

from dagster_project.lib.activation.api import problems
from dagster_project.lib.activation.api.access import Access
from dagster_project.lib.activation.api.answers import Person
from tests.activation.api.nights import ACCESS, BROWSER, ORIGIN, SERVER

OPEN_TO_BROWSERS = ["/visitors/v1/recommendations", "/visitors/v1/content/banner", "/products/p1/similar"]
FOR_SERVERS = ["/customers/c1/recommendations", "/customers/c1/content/banner", "/customers/c1/segments",
               "/customers/c1/profile", "/visitors/v1/segments", "/visitors/v1/profile"]  # fmt: skip


@pytest.mark.parametrize("path", [*OPEN_TO_BROWSERS, *FOR_SERVERS, "/v1/customers/c1/segments"])
@pytest.mark.parametrize("key", ["", "key-of-server", "key-of-serverß".encode("latin-1")])
def test_no_key_no_answer(api, path, key):
    answer = api.get(path, headers={"X-API-Key": key})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "APIKey")
    assert answer.json().keys() == {"type", "title", "status", "detail"}


def test_health_and_the_documents_need_none(api):
    for path in ("/health", "/v1/health", "/docs", "/openapi.json"):
        assert api.get(path, headers={"X-API-Key": ""}).status_code == 200


@pytest.mark.parametrize("path", OPEN_TO_BROWSERS)
def test_a_browsers_key_opens_the_api_to_pages_of_the_shop(api, path):
    asked = {"X-API-Key": BROWSER, "Origin": ORIGIN}
    answer = api.get(path, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    for origin in ("https://elsewhere.example", ""):
        answer = api.get(path, headers=asked | {"Origin": origin})
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_below_the_same_address_names_no_origin(api):
    for site, status in (("same-origin", 200), ("same-site", 403), ("cross-site", 403)):
        asked = {"X-API-Key": BROWSER, "Sec-Fetch-Site": site}
        assert api.get("/visitors/v1/recommendations", headers=asked).status_code == status
    asked = {"X-API-Key": BROWSER, "Sec-Fetch-Site": "same-origin", "Origin": "https://elsewhere.example"}
    assert api.get("/visitors/v1/recommendations", headers=asked).status_code == 403


@pytest.mark.parametrize("path", FOR_SERVERS)
def test_a_browsers_key_opens_nothing_else(api, path):
    answer = api.get(path, headers={"X-API-Key": BROWSER, "Origin": ORIGIN})
    assert answer.status_code == 403


def test_a_browser_is_told_less_of_a_visitor(api):
    asked = {"X-API-Key": BROWSER, "Origin": ORIGIN}
    told = api.get("/visitors/v1/recommendations?limit=2", headers=asked).json()
    assert [product["product_id"] for product in told["recommendations"]] == ["p1", "p2"]
    assert {(product["strategy"], product["reason"]) for product in told["recommendations"]} == {(None, None)}
    for visitor in ("v1", "v2", "nobody"):
        for what in ("recommendations", "content/banner"):
            assert api.get(f"/visitors/{visitor}/{what}", headers=asked).json()["is_known"] is None
    assert api.get("/visitors/v1/recommendations").json()["recommendations"][0]["reason"]


def test_a_template_is_not_for_browsers_unless_it_says_so(api):
    answer = api.get("/visitors/v1/content/homepage", headers={"X-API-Key": BROWSER, "Origin": ORIGIN})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (403, ORIGIN)
    assert answer.json()["detail"] == "homepage is not for browsers: its template.yml lacks `browser: true`"
    assert api.get("/visitors/v1/content/homepage").status_code == 200


def test_browsers_may_ask_beforehand_whether_they_may(api):
    beforehand = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"}
    assert api.options("/visitors/v1/recommendations", headers={"Origin": ORIGIN, **beforehand}).is_success
    elsewhere = {"Origin": "https://elsewhere.example", **beforehand}
    assert api.options("/visitors/v1/recommendations", headers=elsewhere).status_code == 400


def test_too_many_requests_wait(night, tmp_path, open_api):
    with open_api(night, tmp_path, dataclasses.replace(ACCESS, requests_per_minute=3)) as client:
        statuses = [client.get("/customers/c1/segments").status_code for _ in range(4)]
        refused = client.get("/products/p1/similar")
        assert statuses == [200, 200, 200, 429]
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        other = client.get("/products/p1/similar", headers={"X-API-Key": BROWSER, "Origin": ORIGIN})
        assert other.status_code == 200
        assert client.get("/health").status_code == 200


def test_without_keys_this_machine_alone_may_ask(night, tmp_path, open_api):
    with open_api(night, tmp_path, Access()) as client:
        for host in ("127.0.0.1", "127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]", "[::1]:8080"):
            assert client.get("/customers/c1/segments", headers={"Host": host}).status_code == 200
        for host in ("evil.example", "localhost.evil.example", "192.0.2.1:8080", "[::1", ""):
            answer = client.get("/customers/c1/segments", headers={"Host": host})
            assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_an_error_nobody_foresaw_is_told_by_its_kind_alone(night, tmp_path, open_api, monkeypatch):
    said = []
    monkeypatch.setattr(problems, "say", lambda _, message: said.append(message))

    def fail(*_, **__):
        raise ValueError("ann@mail.example")

    monkeypatch.setattr(Person, "describe", fail)
    with open_api(night, tmp_path) as client:
        answer = client.get("/customers/c1/segments", headers={"X-API-Key": SERVER})
    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
    (message,) = said
    assert message.startswith("ValueError in ")
    assert "mail.example" not in answer.text + message
