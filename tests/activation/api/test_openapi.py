"""The OpenAPI document is true: whatever it allows is answered as it says, and never by an error of the server's."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.activation.api.nights import SERVER

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
KNOWN = {"customers": "c1", "visitors": "v1", "products": "p1"}
ASKED = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_asked_is_answered_as_the_document_says(api, mode):
    """In both modes: what the document allows, and what it does not."""
    document = schemathesis.openapi.from_asgi("/openapi.json", api.app)
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) == len(api.get("/openapi.json").json()["paths"])
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not list(operation.iter_parameters()):
            continue

        statuses = _ask(operation, mode)
        if mode is GenerationMode.POSITIVE and "{id}" in operation.path:
            assert (200, True) in statuses and len(statuses) > 1, operation.path


def _ask(operation, mode):
    """Ask some cases; their statuses, each with whether the id was known."""
    statuses = set()

    @ASKED
    @given(operation.as_strategy(mode), booleans())
    def ask(case, is_known):
        if is_known and mode is GenerationMode.POSITIVE:
            # Made-up ids would show the answers for nobody alone.
            names = {"id": KNOWN.get(operation.path.split("/")[1]), "template": "homepage"}
            case.path_parameters = {name: names[name] for name in case.path_parameters}
        answer = case.call_and_validate(headers={"X-API-Key": SERVER}, checks=CHECKS)
        statuses.add((answer.status_code, b'"is_known":true' in answer.content))

    ask()
    return statuses


def test_a_template_called_as_an_address_is_asked_for_as_a_template(api):
    for name in ("recommendations", "segments", "profile"):
        answer = api.get(f"/customers/c1/content/{name}", headers={"X-API-Key": SERVER})
        assert (answer.status_code, answer.json()["detail"]) == (404, "no page or banner has that name")


def test_every_address_says_what_it_answers(api):
    document = api.get("/openapi.json").json()
    of_persons = {f"/{kind}/{{id}}/{what}" for kind in ("customers", "visitors")
                  for what in ("recommendations", "segments", "profile", "content/{template}")}  # fmt: skip
    assert set(document["paths"]) == of_persons | {
        "/products/{id}/similar", "/products/{id}/bought_together", "/health",
    }  # fmt: skip
    for path, methods in document["paths"].items():
        answers = methods["get"]["responses"]
        assert "$ref" in answers["200"]["content"]["application/json"]["schema"], path
        assert ("304" in answers, "500" in answers) == (path != "/health", True)
        for status in answers.keys() - {"200", "304"}:
            assert list(answers[status]["content"]) == ["application/problem+json"], (path, status)
        assert methods["get"].get("security") == (None if path == "/health" else [{"APIKeyHeader": []}])
