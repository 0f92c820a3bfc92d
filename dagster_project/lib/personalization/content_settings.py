"""What `recommendations.yml` of the config folder says of product vectors, under its key `content`.

Only the values belong here; what they do is said in product_vectors.py and sentence_embeddings.py.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from dagster_project.lib.common.config_files import parse, read_yaml

FILE, SECTION = "recommendations.yml", "content"


class ContentSettings(BaseModel):
    """The section `content`; every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedding_model: Path | None = Field(
        default=None,
        description="folder of a sentence-transformers model on this machine, absolute or below the config folder, "
        "whose vectors compete with TF-IDF, LSA and Word2Vec; needs `pip install 'kindred[embeddings]'`",
    )


def load_content_settings(config_dir: Path) -> ContentSettings:
    """Read the section of `recommendations.yml`; no file or section means the defaults.

    A folder that is not absolute is taken below the config folder. KindredError names the file and the key at fault.
    """
    path = config_dir / FILE
    section = read_yaml(path)[0].get(SECTION) if path.exists() else None
    settings = parse(ContentSettings, section or {}, None, path)
    if settings.embedding_model is None:
        return settings
    return settings.model_copy(update={"embedding_model": config_dir / settings.embedding_model})
