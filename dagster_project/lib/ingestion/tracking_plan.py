"""The tracking plan: which events a site agreed to send, and what each must carry; read and written to its table.

Events are held against it by the models; what does not fit is kept, flagged and reported, never rejected.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import duckdb
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dagster_project.lib.common.config_files import line_of, parse, read_yaml
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.warehouse import transaction
from dagster_project.lib.ingestion.contract_files.finding import canonical_contracts

DEFAULT_PLAN = Path(__file__).with_name("default_tracking_plan.yml")
"""GA4's events, for who has no plan."""

TABLE = "operations.tracking_plan"
_CREATE = f"""
create table if not exists {TABLE} (
    event_name varchar, parameter varchar, parameter_type varchar, is_column boolean
)
"""

ParameterType = Literal["any", "text", "number", "boolean", "array", "object"]
Lowered = Annotated[str, Field(min_length=1), AfterValidator(lambda name: name.strip().lower())]


class Parameter(BaseModel):
    """What an event must carry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        min_length=1, description="a column of clickstream/events, or a key of its `parameters`"
    )
    type: ParameterType = Field(
        default="any", description="kind of a key's JSON value; columns have their own type"
    )


class Event(BaseModel):
    """An event that the site may send."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Lowered = Field(description="in GA4's vocabulary where it has a word for it; case does not count")
    description: str = Field(default="", description="when it is sent, for people")
    parameters: list[Parameter] = Field(default=[], description="what it must carry")


class TrackingPlan(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: list[Event] = Field(
        min_length=1, description="every event the site may send; others are reported"
    )


def load_tracking_plan(config_dir: Path) -> TrackingPlan:
    """Read `tracking_plan.yml`, or GA4's events where there is none. KindredError names file, line and remedy."""
    own = config_dir / "tracking_plan.yml"
    path = own if own.exists() else DEFAULT_PLAN
    content, node = read_yaml(path)
    plan = parse(TrackingPlan, content, node, path)
    columns, known = plan_columns(), set[str]()
    for index, event in enumerate(plan.events):
        if event.name in known:
            raise KindredError(
                f"{path} line {line_of(node, ('events', index))}: the event {event.name!r} stands twice",
                "keep one of them",
            )
        known.add(event.name)
        for position, parameter in enumerate(event.parameters):
            if parameter.name in columns and parameter.type != "any":
                raise KindredError(
                    f"{path} line {line_of(node, ('events', index, 'parameters', position))}:"
                    f" {parameter.name!r} is a column, which has its own type",
                    "leave `type` out",
                )
    return plan


def plan_columns() -> frozenset[str]:
    """Columns of clickstream/events that a plan may ask for: those that a row may lack, but for its id and the rest.

    Any other name in a plan is a key of `parameters`.
    """
    columns = canonical_contracts()["clickstream/events"].columns
    return frozenset(column.name for column in columns if not column.required) - {"event_id", "parameters"}


def write_tracking_plan(connection: duckdb.DuckDBPyConnection, plan: TrackingPlan) -> None:
    """Make operations.tracking_plan hold this plan: one row an event, and one each of its parameters.

    A purchase needs its order_id whatever the plan says: without one it cannot become an order.
    """
    columns = plan_columns()
    asked = [
        (event.name, parameter.name, parameter.type)
        for event in plan.events
        for parameter in event.parameters
    ]
    asked += [("purchase", "order_id", "any") for event in plan.events if event.name == "purchase"]
    rows = [[*row, row[1] in columns] for row in dict.fromkeys(asked)]
    rows += [[event.name, None, None, None] for event in plan.events]
    with transaction(connection):
        connection.execute(_CREATE)
        connection.execute(f"delete from {TABLE}")
        connection.executemany(f"insert into {TABLE} values (?, ?, ?, ?)", rows)
