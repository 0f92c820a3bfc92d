"""What `segments.yml` of the config folder says of machine-made segments; every default of the file stands here.

Segments made by a rule are SQL, and no part of this file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dagster_project.lib.common.config_files import parse, read_yaml
from dagster_project.lib.common.errors import KindredError

FILE = "segments.yml"


class ClusterSettings(BaseModel):
    """The whole file; every key is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    algorithm: Literal["kmeans", "mini_batch_kmeans", "hdbscan", "hierarchical"] = Field(
        default="kmeans",
        description="how clusters are found: kmeans, mini_batch_kmeans for very many customers, hdbscan for as many "
        "as there are dense regions, hierarchical for Ward's tree over a sample",
    )
    features: list[str] = Field(
        default=[
            "recency_days",
            "order_count",
            "total_revenue",
            "average_order_value",
            "sessions_30_days",
            "product_views_30_days",
            "email_clicks_90_days",
        ],
        min_length=1,
        description="columns of marts.customer_features that say who is alike; numbers or true and false",
    )
    clusters: Literal["auto"] | int = Field(
        default="auto",
        description="how many clusters, 2 or more, or auto for the number with the best silhouette; "
        "hdbscan finds its own",
    )
    largest_number: int = Field(default=8, ge=2, le=50, description="the most clusters that auto tries")
    refit_days: int = Field(
        default=7,
        ge=1,
        description="clusters are found anew after this many days, and in between only assigned",
    )
    mini_batch: bool = Field(
        default=False, description="let every night in between move the clusters towards its customers"
    )
    minimum_size: int = Field(
        default=20, ge=1, description="a cluster of fewer customers is dissolved into the nearest others"
    )

    @field_validator("features")
    @classmethod
    def _features_differ(cls, features: list[str]) -> list[str]:
        if len(set(features)) < len(features):
            raise ValueError("a feature is named twice")
        return features

    @field_validator("clusters")
    @classmethod
    def _at_least_two(cls, clusters: Literal["auto"] | int) -> Literal["auto"] | int:
        if isinstance(clusters, int) and clusters < 2:
            raise ValueError("auto, or 2 or more")
        return clusters


def load_cluster_settings(config_dir: Path) -> ClusterSettings:
    """Read `segments.yml`; no file means the defaults. KindredError names file, line and remedy."""
    path = config_dir / FILE
    return parse(ClusterSettings, *read_yaml(path), path) if path.exists() else ClusterSettings()


def refuse_withheld(features: Iterable[str], withheld: Collection[str]) -> None:
    """Raise KindredError where a feature is among the columns that nobody may be sorted by."""
    for name in features:
        if name in withheld:
            raise KindredError(
                f"{FILE}: features: {name} is a sensitive attribute that is not switched on",
                "leave it out, or switch it on under sensitive_attributes of privacy.yml",
            )
