"""What `recommendations.yml` of the config folder says of product vectors, under its key `content`.

Only the values belong here; what they do is said in product_vectors.py and sentence_embeddings.py, and the file as a
whole is recommendation_settings.py's.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class ContentSettings(BaseModel):
    """The section `content`; every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedding_model: Path | None = Field(
        default=None,
        description="folder of a sentence-transformers model on this machine, absolute or below the config folder, "
        "whose vectors compete with TF-IDF, LSA and Word2Vec; needs `pip install 'kindred[embeddings]'`",
    )

    def below(self, config_dir: Path) -> ContentSettings:
        """Return the section with a folder that is not absolute taken below the config folder."""
        if self.embedding_model is None:
            return self
        return self.model_copy(update={"embedding_model": config_dir / self.embedding_model})
