"""Rendering the report: numbers in, self-contained pages out.

Belongs here: which section gets which numbers.
Does not belong here: SQL (each section's own module), what is too small to tell (suppression.py), how numbers and times
are written (writing.py, environment.py), words (templates/), marks (drawings/).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb

from dagster_project.lib.publication.report import (
    arrivals,
    audiences,
    buying,
    experiments,
    figures,
    history,
    messages,
    pairs,
    recommendations,
)
from dagster_project.lib.publication.report.anomalies import read_anomalies
from dagster_project.lib.publication.report.comparison import BOTH_LISTS, compare_models
from dagster_project.lib.publication.report.deliveries import read_deliveries
from dagster_project.lib.publication.report.drift import compare_nights
from dagster_project.lib.publication.report.environment import make_environment
from dagster_project.lib.publication.report.findings import count_findings
from dagster_project.lib.publication.report.identity import count_identities
from dagster_project.lib.publication.report.privacy import describe_audit
from dagster_project.lib.publication.report.reader import Reader
from dagster_project.lib.publication.report.suppression import SMALLEST_GROUP

MOST_LISTED = 50
"""Longer lists are cut, and the page says by how much."""


def render_report(
    connection: duckdb.DuckDBPyConnection,
    *,
    run_id: str,
    as_of: datetime,
    computed_at: datetime,
    audit: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Return the report of the night `run_id`: file name -> an HTML page that needs neither network nor scripts.

    index.html is the night at a glance, customers.html whom it can speak to, messages.html what they are sent,
    experiments.html what came of what was tried, recommendations.html how its models did, identity.html how records
    were matched, privacy.html the audit that it is given.
    Reads marts, activation, experiments and quality by qualified names and writes nothing; a table that is missing
    reads as an empty one. as_of, computed_at: UTC; without zone they are taken as such.
    """
    reader = Reader(connection)
    environment = make_environment(reader.columns)
    identity = count_identities(reader, as_of)
    records = {(kind["feed"], kind["record_kind"]): kind["records"] for kind in identity["kinds"]}
    versions = recommendations.read_nights(reader, as_of)
    shared = {
        "run_id": run_id,
        "as_of": as_of,
        "computed_at": computed_at,
        "most_listed": MOST_LISTED,
        "smallest_segment": SMALLEST_GROUP,
        "week": timedelta(days=7),
        "identity": identity,
        "nights": compare_nights(reader, as_of, records),
        "refusal": recommendations.read_refusal(reader, as_of),
        "versions": versions,
        "models_over_nights": history.follow_models(versions),
        "audit": describe_audit(audit),
    }
    return {
        name: environment.get_template(f"{name}.j2").render(**shared, **read(reader, run_id, as_of))
        for name, read in (
            ("index.html", _read_night),
            ("customers.html", _read_customers),
            ("messages.html", _read_messages),
            ("experiments.html", _read_experiments),
            ("recommendations.html", _read_recommendations),
            ("identity.html", _read_matching),
            ("privacy.html", lambda *_: {}),
        )
    }


def _read_night(reader: Reader, run_id: str, as_of: datetime) -> dict[str, Any]:
    headline = figures.count_headline(reader)
    evaluated = figures.read_evaluations(reader)
    return {
        "headline": headline,
        "arrivals": arrivals.count_arrivals(reader, run_id),
        "came": history.read_arrivals(reader, as_of),
        "anomalies": read_anomalies(reader, as_of),
        "quality": figures.count_checks(reader, run_id),
        "findings": count_findings(reader),
        "joined": history.read_identities(reader, as_of),
        "segments": figures.count_segments(reader, headline["known"]),
        "champion": evaluated["champion"],
        "models": compare_models(evaluated["champion"], evaluated["evaluations"]),
        "lists": figures.count_recommendations(reader),
        "deliveries": read_deliveries(reader),
        "tables": reader.count_published(),
    }


def _read_customers(reader: Reader, run_id: str, as_of: datetime) -> dict[str, Any]:
    return {
        "headline": figures.count_headline(reader),
        "audiences": audiences.read_segments(reader),
        "sizes": history.read_segments(reader, as_of),
        "overlaps": audiences.read_overlaps(reader),
        "clusters": audiences.read_clusters(reader),
        "scores": audiences.count_scores(reader),
        "score_models": audiences.read_score_models(reader),
        "rfm": buying.count_rfm(reader),
        "states": buying.count_lifecycle(reader),
        "cohorts": buying.read_cohorts(reader),
    }


def _read_messages(reader: Reader, run_id: str, as_of: datetime) -> dict[str, Any]:
    return {
        "messages": messages.count_messages(reader),
        "reasons": messages.count_reasons(reader),
        "performance": messages.read_performance(reader),
        "shown_days": messages.SHOWN_DAYS,
        "actions": messages.count_actions(reader),
        "offers": messages.count_offers(reader),
        "faults": messages.read_faults(reader),
    }


def _read_experiments(reader: Reader, run_id: str, as_of: datetime) -> dict[str, Any]:
    return {
        "experiments": experiments.read_experiments(reader),
        "undeclared": experiments.read_undeclared(reader),
    }


def _read_recommendations(reader: Reader, run_id: str, as_of: datetime) -> dict[str, Any]:
    evaluated, slices = figures.read_evaluations(reader), recommendations.read_slices(reader)
    return {
        "champion": evaluated["champion"],
        "models": compare_models(evaluated["champion"], evaluated["evaluations"], BOTH_LISTS),
        "slices": slices,
        "groups": recommendations.compare_groups(slices),
        "shown": recommendations.read_performance(reader),
        "shown_days": recommendations.SHOWN_DAYS,
        "tuning": recommendations.read_tuning(reader),
    }


def _read_matching(reader: Reader, run_id: str, as_of: datetime) -> dict[str, Any]:
    return {
        "queue": pairs.read_queue(reader),
        "most_drawn": pairs.MOST_DRAWN,
        "refusals": pairs.read_refusals(reader),
        "weights": pairs.read_weights(reader),
    }
