"""The rules of the house that no linter knows: the layers of dbt, who reads what, what never lies in a folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dagster_project.lib.privacy.privacy_settings import SENSITIVE_COLUMNS
from dagster_project.lib.transformation.dbt_project.places import LAYERS, PLACES, layer_of, place_of
from dagster_project.lib.transformation.dbt_project.project import read_manifest

PROJECT = Path(__file__).resolve().parent.parent
NIGHT = "stg_operations__current_night"
"""The night's instant: the one staging model that every layer may read."""
KEPT = {f"stg_operations__segment_{kept}" for kept in ("history", "nights", "performance")}
"""What earlier nights left of segments, which this one's are told from."""
CONFIGURED = re.compile(r"stg_operations__(offer|campaign|sent_message|sensitive_attribute)\w+")
"""What the config folder says of segments and of who is in them, and what these were sent: no mart knows of it."""
RULES = re.compile(r"segments/\w+\.sql")
"""Where a segment's file lies."""
HANDED_ON = {"operations.customers_made_anew"}
"""What one stage adds to and another takes out of."""
SCHEMA = r"(?:raw|quality|operations|intermediate|marts|activation|experiments|models_ml)"
WRITES = re.compile(r"(?:insert into|update|delete from|create or replace table)\s+(\{\w+\}|\w+\.\w+)")
ASKS = re.compile(r"may_go_by\(\[(.*?)\]\)")
MEASURES_GROUPS = {
    f"dagster_project/lib/personalization/{place}"
    for place in ("settings/recommendations.py", "training/evaluation_groups.py")
} | {"models_ml/recommendations/evaluation/slicing.py"}
"""Where `measured_by` of recommendations.yml is read and served; nothing is learnt from it."""
META = {"label", "description", "priority", "exclusive_group", "minimum_size", "content_strategy"}


@pytest.fixture(scope="module")
def nodes() -> dict[str, dict]:
    return read_manifest()["nodes"]


@pytest.fixture(scope="module")
def models(nodes) -> dict[str, dict]:
    return {key: node for key, node in nodes.items() if node["resource_type"] == "model"}


def _is_segment(model: dict) -> bool:
    return bool(RULES.fullmatch(model["path"]))


def test_models_read_their_own_layer_or_the_ones_before(models):
    wrong = [
        f"{model['name']} ({place_of(model)}) reads {models[parent]['name']} ({place_of(models[parent])})"
        for model in models.values()
        for parent in model["depends_on"]["nodes"]
        if parent in models and PLACES.index(place_of(models[parent])) > PLACES.index(place_of(model))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_staging_model_reads_one_source_and_the_nights_instant_alone(models):
    for model in models.values():
        if layer_of(model) != "staging":
            continue
        sources = {parent for parent in model["depends_on"]["nodes"] if parent.startswith("source.")}
        others = {models[parent]["name"] for parent in model["depends_on"]["nodes"] if parent in models}
        assert len(sources) == 1, f"{model['name']} reads {sorted(sources)}"
        assert others <= {NIGHT}, f"{model['name']} reads {sorted(others)}"


def test_only_staging_reads_sources(models):
    wrong = [
        f"{model['name']} reads {parent}"
        for model in models.values()
        if layer_of(model) != "staging"
        for parent in model["depends_on"]["nodes"]
        if parent.startswith("source.")
    ]
    assert not wrong, "\n".join(wrong)


def test_segments_and_activation_are_made_of_marts(models):
    wrong = [
        f"{model['name']} reads {models[parent]['name']}"
        for model in models.values()
        if layer_of(model) in ("segments", "activation")
        for parent in model["depends_on"]["nodes"]
        if parent in models
        and layer_of(models[parent]) in ("staging", "intermediate")
        and models[parent]["name"] not in {NIGHT, *KEPT}
        and not CONFIGURED.fullmatch(models[parent]["name"])
    ]
    assert not wrong, "\n".join(wrong)


def test_every_model_says_what_one_row_is(models):
    wrong = [
        model["name"]
        for model in models.values()
        if not _is_segment(model) and not model["description"].startswith("One row")
    ]
    assert not wrong, wrong


def test_published_models_have_an_enforced_contract_and_described_columns(models):
    for model in models.values():
        if layer_of(model) in ("marts", "activation", "quality"):
            # the columns of segment_flags are the segments there are
            is_step = model["schema"] == "intermediate"
            assert model["config"]["contract"]["enforced"] or is_step or model["name"] == "segment_flags"
            bare = [name for name, column in model["columns"].items() if not column["description"]]
            assert not bare, f"{model['name']}: {bare}"


def test_a_segment_is_one_file_that_says_all_there_is_to_say_of_it(models):
    segments = [model for model in models.values() if _is_segment(model)]
    assert segments
    for segment in segments:
        name, meta = segment["name"], segment["config"]["meta"]
        assert set(meta) == META, f"{name}: {sorted(set(meta) ^ META)}"
        for key in ("label", "description", "content_strategy"):
            assert isinstance(meta[key], str), f"{name}: {key}"
            assert meta[key].strip(), f"{name}: {key}"
        assert isinstance(meta["priority"], int), name
        assert isinstance(meta["minimum_size"], int), name
        assert meta["minimum_size"] >= 0, name
        assert meta["exclusive_group"] is None or meta["exclusive_group"].strip(), name
        assert segment["raw_code"].endswith("{{ segment('members') }}"), f"{name} ends otherwise"
        assert not segment["columns"], f"{name} needs no entry in a YAML file"


def test_a_segment_by_a_sensitive_attribute_asks_whether_it_is_switched_on(models):
    asked_by = {}
    for segment in filter(_is_segment, models.values()):
        rule = re.sub(r"\{\{ config\(.*?\) \}\}", "", segment["raw_code"], flags=re.S)
        used = {
            attribute
            for attribute, columns in SENSITIVE_COLUMNS.items()
            if set(re.findall(r"\w+", rule)).intersection(columns)
        }
        asked = {name for names in ASKS.findall(rule) for name in re.findall(r"\w+", names)}
        assert used == asked, segment["name"]
        asked_by[segment["name"]] = asked
    assert any(asked_by.values())


def test_no_model_of_customers_reads_a_sensitive_attribute_but_to_measure_groups_that_are_named():
    pattern = re.compile(r"\b(?:age_band|birth_date|birth_year|gender|income_band|national_id)\b")
    folders = [PROJECT / "dagster_project" / "lib" / "personalization"]
    folders += [PROJECT / "models_ml" / name for name in ("propensity", "recommendations", "segmentation")]
    reading = {
        path.relative_to(PROJECT).as_posix()
        for folder in folders
        for path in folder.rglob("*.py")
        if pattern.search(path.read_text())
    }
    assert reading <= MEASURES_GROUPS, reading - MEASURES_GROUPS


def test_segments_read_no_time_but_the_nights(models):
    pattern = re.compile(r"\b(?:current_date|current_timestamp|now\(\)|today\(\)|random\(\))", re.I)
    wrong = [
        model["name"] for model in models.values() if _is_segment(model) and pattern.search(model["raw_code"])
    ]
    assert not wrong, wrong


def test_python_reads_marts_and_of_what_lies_before_them_only_what_says_so(models):
    marked = {
        f"{model['schema']}.{model['alias']}"
        for model in models.values()
        if model["config"].get("meta", {}).get("python_input")
    }
    pattern = re.compile(r"\b(?:staging\.stg_|intermediate\.int_)\w+")
    wrong = [
        f"{path.relative_to(PROJECT)}: {match.group(0)}"
        for folder in ("dagster_project", "models_ml", "expectations")
        for path in (PROJECT / folder).rglob("*.py")
        for match in pattern.finditer(path.read_text())
        if match.group(0) not in marked
    ]
    assert not wrong, "\n".join(wrong)


def test_the_dbt_folder_holds_no_python():
    # Its name puts the folder on dbt's own package path.
    assert not [path for path in (PROJECT / "dbt").rglob("*.py") if "target" not in path.parts]
    assert not (PROJECT / "dbt" / "adapters").exists()
    assert not (PROJECT / "dbt" / "include").exists()


def test_every_dbt_folder_says_its_rule():
    for folder in LAYERS:
        assert (PROJECT / "dbt" / "models" / folder / "README.md").is_file(), folder
    assert (PROJECT / "dbt" / "macros" / "README.md").is_file()


def test_the_environment_is_read_in_settings_alone():
    pattern = re.compile(r"os\.(?:environ\.get|getenv|environ\[[^]]+\](?!\s*=))")
    wrong = [
        path.relative_to(PROJECT).as_posix()
        for folder in ("dagster_project", "models_ml", "expectations")
        for path in (PROJECT / folder).rglob("*.py")
        if path.name != "settings.py" and pattern.search(path.read_text())
    ]
    assert not wrong, wrong


def test_nothing_is_pickled():
    pattern = re.compile(
        r"^\s*(?:import|from)\s+(?:pickle|joblib|dill|cloudpickle)\b|allow_pickle\s*=\s*True", re.M
    )
    wrong = [
        path.relative_to(PROJECT).as_posix()
        for folder in ("dagster_project", "models_ml", "expectations")
        for path in (PROJECT / folder).rglob("*.py")
        if pattern.search(path.read_text())
    ]
    assert not wrong, wrong


def _written(source: str) -> set[str]:
    """The tables that a module writes, by their names and by those of its constants."""
    constants = dict(re.findall(rf'^(\w+) = "({SCHEMA}\.\w+)"', source, re.M))
    found = (constants.get(name.strip("{}"), name) for name in WRITES.findall(source))
    return {name for name in found if re.fullmatch(rf"{SCHEMA}\.\w+", name)}


def test_a_table_is_written_by_one_stage():
    writers: dict[str, set[str]] = {}
    for path in (PROJECT / "dagster_project" / "lib").rglob("*.py"):
        for table in _written(path.read_text()):
            writers.setdefault(table, set()).add(
                path.relative_to(PROJECT / "dagster_project" / "lib").parts[0]
            )
    assert len(writers) > 20
    assert {table for table, stages in writers.items() if len(stages) > 1} == HANDED_ON
