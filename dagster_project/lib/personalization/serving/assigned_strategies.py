"""Whose lists experiments have made by which strategy.

Here belongs what is read of experiments. Who is assigned what, is theirs to decide; how a strategy makes a list is said
in `models_ml.recommendations.strategies`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dagster_project.lib.common.progress import count_of
from dagster_project.lib.common.warehouse import list_tables
from dagster_project.lib.personalization.marts import AUDIENCE

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from models_ml.recommendations.hybrid import Hybrid
    from models_ml.recommendations.serving import ListRanker

ASSIGNMENTS, STRATEGIES = "experiments.assignments", "operations.experiment_strategies"

# a merge of identities can put somebody into two experiments on one list: what was shown first stays
_READ = f"""
select
    a.customer_id, s.list_name, s.strategy,
    min(a.experiment_id) over lists <> max(a.experiment_id) over lists as is_disputed
from {ASSIGNMENTS} as a
join {STRATEGIES} as s on s.experiment_id = a.experiment_id and s.variant_id = a.variant_id
join {AUDIENCE} as l on l.customer_id = a.customer_id
where a.is_running and not a.is_excluded and l.position is not null
window lists as (partition by a.customer_id, s.list_name)
qualify row_number() over (
    partition by a.customer_id, s.list_name order by a.assigned_at, a.experiment_id, a.unit_id
) = 1
order by a.customer_id, s.list_name
"""


def assign_strategies(connection: DuckDBPyConnection, ranker: ListRanker) -> tuple[ListRanker, list[str]]:
    """Return what makes the lists of the audience, each by the strategy of its customer's variant, and what to tell.

    ranker: makes the lists of everybody else, and comes back as it is where no experiment is on lists. Where it is no
    model but popularity, nothing else is to be had.
    """
    from models_ml.recommendations.hybrid import Hybrid

    # a warehouse of before has no such tables until its next night
    if not {ASSIGNMENTS, STRATEGIES} <= list_tables(connection):
        return ranker, []
    assigned = connection.execute(_READ).df()
    if assigned.empty:
        return ranker, []
    if not isinstance(ranker, Hybrid):
        return ranker, ["no model is published: experiments on lists show popularity to everybody"]
    return _assign(ranker, assigned)


def _assign(hybrid: Hybrid, assigned: pd.DataFrame) -> tuple[ListRanker, list[str]]:
    """assigned: customer_id, list_name, strategy, and whether another experiment wants the list, too."""
    import numpy as np
    import pandas as pd

    from models_ml.recommendations.assigned import Assigned
    from models_ml.recommendations.strategies import has_model
    from models_ml.recommendations.strategy_names import STRATEGIES as NAMES

    customers = pd.Index(hybrid.recommender.interactions.customers)
    strategies, notes = {}, []
    for list_name, rows in assigned.groupby("list_name"):
        position = customers.get_indexer(pd.Index(rows["customer_id"]))
        # who has no history gets what is popular, whatever the variant
        known, position = rows[position >= 0], position[position >= 0]
        strategies[str(list_name)] = np.full(len(customers), NAMES.index("hybrid"), dtype=np.int8)
        strategies[str(list_name)][position] = pd.Index(NAMES).get_indexer(pd.Index(known["strategy"]))
        for strategy, count in sorted(Counter(known["strategy"]).items()):
            by = strategy if has_model(hybrid.recommender, strategy) else f"blend, for want of {strategy}"
            notes.append(f"experiments have {list_name} of {count_of(count, 'customer')} made by {by}")
        if disputed := sum(rows["is_disputed"]):
            told = f"{count_of(disputed, 'customer')} in two experiments on {list_name}"
            notes.append(f"{told}: the first that assigned them makes it")
    return Assigned(hybrid, strategies), notes
