"""What `recommendations.yml` of the config folder says of product vectors, under its key `content`.

Only the values belong here; what they do is said in product_vectors.py and sentence_embeddings.py.
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
