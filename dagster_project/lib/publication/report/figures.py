"""The numbers of the report, a function a section, each a dict that its template reads.

Belongs here: SQL that counts. Does not belong here: words and marks (templates/), judging models (comparison.py).
Raw rows and raw values are never selected, and a segment too small to show leaves this file without its size
(suppression.py).
What arrived is counted in arrivals.py, who is who in identity.py.
"""

from __future__ import annotations

from typing import Any

from dagster_project.lib.common.model_names import RECOMMENDER
from dagster_project.lib.publication.report.reader import Reader, Row
from dagster_project.lib.publication.report.suppression import tell, tell_part, tell_rate


def count_headline(reader: Reader) -> Row:
    """Totals of the warehouse. Revenue follows the rule of marts: a return takes off what it gives back, no more."""
    customers = reader.row(
        "select count(*) as all, count(*) filter (is_known) as known from marts.dim_customers",
        ["marts.dim_customers"],
    )
    orders = reader.row(
        """
        select
            count(*) filter (not is_return) as orders,
            count(*) filter (is_return) as returns,
            coalesce(sum(
                case when is_return and total_amount_in_base_currency > 0 then 0 else total_amount_in_base_currency end
            ), 0) as revenue,
            count(*) filter (total_amount is not null and total_amount_in_base_currency is null) as unconverted
        from marts.fct_orders
        """,
        ["marts.fct_orders"],
    )
    base = reader.rows(
        """
        select currency from marts.fct_orders where currency is not null and total_amount <> 0
        group by currency having bool_and(total_amount = total_amount_in_base_currency)
        """,
        ["marts.fct_orders"],
    )
    return {
        "customers": customers.get("all", 0),
        "known": customers.get("known", 0),
        "orders": orders.get("orders", 0),
        "returns": orders.get("returns", 0),
        "revenue": orders.get("revenue", 0),
        "unconverted": orders.get("unconverted", 0),
        "currency": base[0]["currency"] if len(base) == 1 else None,
        "events": _count(reader, "marts.fct_events"),
        "recommendations": _count(reader, "activation.customer_recommendations"),
    }


def _count(reader: Reader, table: str) -> int:
    return reader.row(f"select count(*) as rows from {table}", [table]).get("rows", 0)


def count_checks(reader: Reader, run_id: str) -> Row:
    """Each table's last validation: checks passed and failed, and the failed ones."""
    table = "quality.validation_results"
    checks = reader.rows(
        """
        with latest as (
            select table_name, arg_max(run_id, (checked_at, run_id)) as run_id
            from quality.validation_results group by 1
        )
        select v.* from quality.validation_results as v join latest using (table_name, run_id)
        order by v.table_name, v.is_success, v.severity, v.column_name nulls first, v.expectation
        """,
        [table],
    )
    for check in checks:
        check["is_blocking"] = str(check["severity"]).lower() in ("error", "critical")
    tables: dict[str, Row] = {}
    for check in checks:
        entry = tables.setdefault(
            check["table_name"],
            {"passed": 0, "failed": 0, "blocking": 0, "is_tonight": check["run_id"] == run_id},
        )
        entry["passed" if check["is_success"] else "failed"] += 1
        entry["blocking"] += check["is_blocking"] and not check["is_success"]
    failed = sorted((c for c in checks if not c["is_success"]), key=lambda check: not check["is_blocking"])
    return {
        "tables": tables,
        "checks": len(checks),
        "passed": len(checks) - len(failed),
        "failed": failed,
        "blocking": sum(check["is_blocking"] for check in failed),
        "earlier": [name for name, entry in tables.items() if not entry["is_tonight"]],
    }


def count_segments(reader: Reader, known: int) -> list[Row]:
    """Segments by size. What is too small to tell is None, and stands last by name; share: of those known."""
    segments = reader.rows(
        """
        select segment, count(distinct m.customer_id) as members,
            count(distinct m.customer_id) filter (c.is_known) as known
        from activation.segment_memberships as m left join marts.dim_customers as c using (customer_id)
        group by 1
        """,
        ["activation.segment_memberships", "marts.dim_customers"],
    )
    for segment in segments:
        segment["known"] = tell_part(segment["known"], segment["members"])
        segment["members"] = tell(segment["members"])
        segment["share"] = tell_rate(segment["known"], known) or None
    return sorted(segments, key=lambda one: (-(one["members"] or 0), one["segment"]))


def count_recommendations(reader: Reader) -> list[Row]:
    """Lists (a customer's list of one name) and rows by list name and strategy."""
    return reader.rows(
        """
        select list_name, strategy, count(distinct customer_id) as lists, count(*) as rows
        from activation.customer_recommendations group by 1, 2 order by 1, rows desc, 2
        """,
        ["activation.customer_recommendations"],
    )


def read_evaluations(reader: Reader) -> dict[str, Any]:
    """The recommender in use (None without one) and its measurements, those on the test split where there are both."""
    champion = reader.row(
        """
        select model, model_version, trained_at from quality.model_versions where status = 'champion' and model = ?
        """,
        ["quality.model_versions"],
        [RECOMMENDER],
    )
    evaluations = reader.rows(
        """
        select * from quality.model_evaluations where model_version = ?
        qualify row_number() over (
            partition by model, lower(metric) order by split = 'test' desc, evaluated_at desc
        ) = 1
        """,
        ["quality.model_evaluations"],
        [champion.get("model_version")],
    )
    return {"champion": champion or None, "evaluations": evaluations}
