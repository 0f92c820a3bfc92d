"""The user's own embedding model: what is said where it cannot be used. No such package is needed for these tests."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.personalization.products.sentence_embeddings import describe_model, embed_sentences
from dagster_project.lib.personalization.settings.recommendations import load_recommendation_settings


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(KindredError, match="no folder minilm"):
        embed_sentences(["tea"], tmp_path / "minilm")


@pytest.mark.skipif(find_spec("sentence_transformers") is not None, reason="the extra is installed")
def test_without_the_extra_the_remedy_names_it(tmp_path):
    with pytest.raises(KindredError) as raised:
        embed_sentences(["tea"], tmp_path)
    assert "kindred[embeddings]" in str(raised.value) + raised.value.remedy


def test_another_model_is_told_from_the_one_before(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"123")
    before = describe_model(tmp_path)
    assert describe_model(tmp_path) == before
    (tmp_path / "model.bin").write_bytes(b"1234")
    assert describe_model(tmp_path) != before


def test_a_folder_is_taken_below_the_config_folder_and_no_section_means_none(tmp_path):
    assert load_recommendation_settings(tmp_path).content.embedding_model is None
    (tmp_path / "recommendations.yml").write_text("content: {embedding_model: models/minilm}\n")
    assert load_recommendation_settings(tmp_path).content.embedding_model == tmp_path / "models" / "minilm"
    (tmp_path / "recommendations.yml").write_text("content: {embedding_model: /models/minilm}\n")
    assert load_recommendation_settings(tmp_path).content.embedding_model == Path("/models/minilm")


def test_an_unknown_key_is_refused(tmp_path):
    (tmp_path / "recommendations.yml").write_text("content: {embeding_model: minilm}\n")
    with pytest.raises(KindredError, match="embeding_model"):
        load_recommendation_settings(tmp_path)
