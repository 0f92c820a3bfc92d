"""Which configurations a night tries, the first choice first.

Here belongs what follows from defaults, the champion and the tuning. How parameters are searched for belongs to
tuning.py, whether a configuration is good enough to challenge.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from dagster_project.lib.personalization.settings.recommendations import RecommendationSettings
from dagster_project.lib.personalization.training import trials

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from dagster_project.lib.personalization.records.champions import Champion
    from models_ml.recommendations.parameters import RecommenderParameters


@dataclass(frozen=True)
class Configuration:
    """Parameters to try, and the trial of the tuning that they come from, or None."""

    name: str
    parameters: RecommenderParameters
    tuned_by: str | None = None


def plan_configurations(
    connection: DuckDBPyConnection,
    as_of: datetime,
    champion: Champion | None,
    given: RecommenderParameters | None = None,
    *,
    settings: RecommendationSettings | None = None,
) -> list[Configuration]:
    """Return what to try: what is given; else the best trial that was not tried yet, then what was in use before.

    Whatever it is, its objective and its way of ranking are those that the shop's settings declare tonight.

    A tuned champion hands its parameters on to the next night; without one, the defaults of the code are in use. So
    nothing is tuned until somebody tunes, and one refused trial does not keep the night from learning what is new.
    """
    from models_ml.recommendations.parameters import RecommenderParameters

    settings = settings or RecommendationSettings()
    declared = {"objective": settings.objective, "ranking": settings.ranking}
    if given is not None:
        return [Configuration("the challenger", replace(given, **declared))]
    tuned_by = champion.record.get("tuned_by") if champion else None
    in_use = champion.configuration if champion and tuned_by else RecommenderParameters()
    in_use = replace(in_use, **declared)
    planned = [Configuration("the challenger", in_use, tuned_by)]
    best = trials.read_best_untried(connection, as_of)
    tuned = replace(best.parameters, **declared) if best else in_use
    if best is not None and tuned != in_use:
        planned.insert(0, Configuration(f"the tuned challenger (trial {best.name})", tuned, best.name))
    return planned
