"""What test nights run beside the command, in processes of their own: the micro-batch's job, and nights that differ."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np


def call_micro_batch() -> None:
    """The job that the sensor asks for."""
    import dagster as dg

    from dagster_project.cli.jobs import prepare_dagster_home
    from dagster_project.settings import read_settings

    prepare_dagster_home(read_settings())
    from dagster_project.definitions import defs

    with dg.DagsterInstance.get() as instance:
        job = defs().resolve_job_def("micro_batch")
        result = job.execute_in_process(instance=instance, raise_on_error=False)
    raise SystemExit(not result.success)


def call_spoilt_night() -> None:
    """The whole night as `kindred nightly` runs it, with a disk that mixes up what it is given."""
    from dagster_project.lib.personalization.records import artefacts
    from models_ml.recommendations.hybrid import Hybrid
    from tests.processes import call_kindred

    save = artefacts.save_artefact

    def shuffle_and_save(folder: Path, hybrid: Hybrid, description: dict[str, Any]) -> Path:
        factors = hybrid.recommender.product_factors
        order = np.random.default_rng(1).permutation(len(factors))
        shuffled = dataclasses.replace(hybrid.recommender, product_factors=factors[order])
        return save(folder, dataclasses.replace(hybrid, recommender=shuffled), description)

    artefacts.save_artefact = shuffle_and_save
    call_kindred("nightly")


def call_night_with_a_small_ranker() -> None:
    """The whole night as `kindred nightly` runs it, with a ranker that learns from a quarter of the customers.

    To learn takes it a quarter of the time; that is most of what a year of tills takes.
    """
    from dagster_project.defs.personalization import recommendations
    from models_ml.recommendations.parameters import RecommenderParameters
    from tests.processes import call_kindred

    bounds = RecommenderParameters(ranker_customers=500, ranker_customers_in_all=1500)
    recommendations.train_and_recommend = partial(recommendations.train_and_recommend, parameters=bounds)
    call_kindred("nightly")
