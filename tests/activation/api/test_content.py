"""A page is filled for whom it is asked, at the hour, on the device and in the place that the request tells."""

from __future__ import annotations

import pytest

from dagster_project.lib.activation.api import filling
from tests.activation.api.conftest import open_over
from tests.activation.api.nights import ACCESS, BROWSER, ORIGIN

MOMENT = """{{ first_name }} {{ daypart }} {{ device }} {{ country }} {{ city }} {{ weather }} {{ temperature }}
{{- ' ' ~ recommendations[0].product_id }} {{ cart | length }} {{ offers | length }} {{ profile.night | d('-') }}"""


@pytest.fixture(scope="module")
def moment(night, tmp_path_factory):
    """What a template of its own says of a customer's moment."""
    config = tmp_path_factory.mktemp("config")
    _write(config, "moment", MOMENT)
    with open_over(night, config) as client:

        def told(path, headers=None, **query):
            answer = client.get(f"{path}/content/moment", params=query, headers=headers)
            assert answer.status_code == 200, answer.text
            return answer.json()["html"]

        yield told


def _write(config_dir, name, body, experiment=None):
    folder = config_dir / "templates" / name
    folder.mkdir(parents=True)
    named = f"experiment: {experiment}\n" if experiment else ""
    (folder / "template.yml").write_text(f"kind: banner\nbrowser: true\n{named}")
    (folder / "body.html").write_text(body)
    return folder


def test_a_request_goes_before_what_the_night_knows(moment):
    assert moment("/customers/c1") == "Ann morning desktop GB London rain 9.0 p1 1 1 run_1"
    assert moment("/visitors/v1", hour=20, device="tablet") == (
        "Ann evening tablet GB London rain 9.0 p1 1 1 run_1"
    )


def test_a_place_is_told_as_a_whole_with_the_weather_of_its_visitors(moment):
    assert moment("/customers/c1", city="paris") == "Ann morning desktop None paris sun 21.0 p1 1 1 run_1"
    assert moment("/customers/c1", city="Paris", country="fr").startswith("Ann morning desktop fr Paris sun")
    assert moment("/customers/c1", city="Paris", country="US").startswith(
        "Ann morning desktop US Paris None None"
    )
    assert moment("/customers/c1", country="FR").startswith("Ann morning desktop FR None None None")


def test_strangers_get_what_everybody_wants(moment):
    assert moment("/visitors/nobody", hour=9) == "None morning None None None None None p11 0 0 -"


def test_who_is_against_personalization_is_called_by_name_and_no_more(moment):
    assert moment("/customers/c2") == "Bob None None None None None None p11 0 0 -"


def test_a_page_in_a_browser_names_nobody(moment):
    headers = {"X-API-Key": BROWSER, "Origin": ORIGIN}
    assert moment("/visitors/v1", headers) == "None morning desktop GB London rain 9.0 p1 1 1 -"


@pytest.mark.parametrize("template", ["homepage", "landing_page", "banner"])
@pytest.mark.parametrize("path", ["/customers/c1", "/customers/c2", "/visitors/nobody"])
def test_pages_that_are_brought_are_filled_for_everybody(ask, path, template):
    answer = ask(f"{path}/content/{template}", hour=8, device="mobile", city="Paris")
    assert answer["template"] == template and answer["html"].strip()
    assert answer["is_personalized"] == (path == "/customers/c1")


@pytest.fixture(scope="module")
def variants(night, tmp_path_factory):
    """Which variant of the template `words`, `site`, `over` or `plain` somebody is shown, by answer and page."""
    config = tmp_path_factory.mktemp("config")
    for name in ("words", "site", "over", "plain"):
        folder = _write(config, name, "shared", None if name == "plain" else name)
        (folder / "body.warm.html").write_text("{{ variant }}")
        (folder / "body.cold.html").write_text("{{ variant }}")
    with open_over(night, config) as client:

        def shown(path, template, headers=None, **query):
            answer = client.get(f"{path}/content/{template}", params=query, headers=headers).json()
            assert answer["html"] == (answer["variant"] or "shared")
            return answer["variant"]

        yield shown


@pytest.mark.parametrize(
    ("path", "template", "variant"),
    [
        ("/customers/c1", "words", "warm"),
        ("/customers/c1_of_old", "words", "warm"),
        ("/visitors/v1", "words", "warm"),
        ("/visitors/v3", "words", "warm"),
        ("/customers/c1", "site", "warm"),
        ("/visitors/v1", "site", "warm"),
        ("/visitors/v3", "site", None),  # of the same customer, but in no experiment
        ("/customers/c2", "words", None),  # against personalization
        ("/customers/c3", "words", None),  # excluded
        ("/customers/c1", "over", None),  # the experiment has ended
        ("/customers/c1", "plain", None),
        ("/customers/nobody", "words", None),
        ("/visitors/nobody", "site", None),
    ],
)
def test_everybody_is_shown_the_variant_that_they_were_assigned(variants, path, template, variant):
    assert variants(path, template) == variant


def test_a_request_may_name_another_variant_and_a_browser_asks_likewise(variants):
    assert variants("/customers/c1", "words", variant="cold") == "cold"
    assert variants("/customers/nobody", "plain", variant="cold") == "cold"
    assert variants("/visitors/v1", "site", {"X-API-Key": BROWSER, "Origin": ORIGIN}) == "warm"


def test_a_template_that_fails_says_where_and_nothing_of_the_customer(night, tmp_path, open_api, monkeypatch):
    said = []
    monkeypatch.setattr(filling, "say", lambda _, message: said.append(message))
    _write(tmp_path, "broken", "\n{{ email.nothing }}")
    with open_api(night, tmp_path, ACCESS) as client:
        answer = client.get("/customers/c1/content/broken")
        assert client.get("/customers/c1/content/banner").status_code == 200
        client.get("/customers/c1/content/broken")
    assert [message.partition(":")[0] for message in said] == ["templates/broken/body.html line 2"]
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert "templates/broken/body.html line 2" in answer.json()["detail"]
    assert "mail.example" not in answer.text + said[0]
