"""Activation: what is published goes to the destinations that the user declared, each by an asset of its own."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.keys import table_key
from dagster_project.defs.resources import Night
from dagster_project.defs.stages import ACTIVATION, OWNERS
from dagster_project.lib.activation.delivery.engine import Delivery
from dagster_project.lib.activation.delivery.log import list_failures
from dagster_project.lib.activation.destinations.declared import Destination, load_destinations
from dagster_project.lib.activation.destinations.sending import summarize, total
from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import reporting, say
from dagster_project.lib.mailing import Place
from dagster_project.lib.serving import Server
from dagster_project.settings import read_environment, read_settings

CHECK = "is_up_to_date"


@dg.definitions
def destinations() -> dg.Definitions:
    """An asset a destination, so that each can be made again alone, and one that tells whether all are well."""
    try:
        declared = load_destinations(read_settings().config_dir)
    except KindredError:
        # What is wrong stops a night that is run, with its remedy; the graph can be looked at meanwhile.
        declared = []
    return dg.Definitions(assets=[*map(_make_asset, declared), _make_end(declared)])


def _make_asset(destination: Destination) -> dg.AssetsDefinition:
    key = dg.AssetKey(["delivered", destination.name])

    @dg.asset(
        key=key,
        deps=[table_key("published.snapshot")],
        group_name=ACTIVATION,
        kinds={destination.kind},
        owners=OWNERS,
        description=f"What {destination.name} holds of the published snapshot; only what changed is sent.",
        check_specs=[
            dg.AssetCheckSpec(CHECK, asset=key, description="Everything that it asks for was delivered.")
        ],
    )
    def deliver_to(night: Night) -> Iterator[dg.MaterializeResult]:
        with reporting("activation") as outcome:
            deliveries = _server(night).serve(destination, night.now)
            outcome.message = f"{destination.name}: {summarize(deliveries)}"
        for delivery in deliveries:
            if not delivery.is_well:
                say("activation", f"warning: {destination.name}: {_tell(delivery)}")
        yield dg.MaterializeResult(
            metadata=dict(total(deliveries)),
            check_results=[
                dg.AssetCheckResult(
                    check_name=CHECK,
                    passed=all(delivery.is_well for delivery in deliveries),
                    metadata={delivery.collection: _tell(delivery) for delivery in deliveries},
                )
            ],
        )

    return deliver_to


def _make_end(declared: list[Destination]) -> dg.AssetsDefinition:
    @dg.asset(
        # no destination can be called so
        key=["delivered", "_all"],
        deps=[
            table_key("published.snapshot"),
            *(dg.AssetKey(["delivered", destination.name]) for destination in declared),
        ],
        group_name=ACTIVATION,
        kinds={"python"},
        owners=OWNERS,
        description="Every destination was served; fails where one was not, when the others have had their turn.",
    )
    def all_destinations(night: Night) -> dg.MaterializeResult:
        names = [destination.name for destination in load_destinations(night.settings.config_dir)]
        if not names:
            say("activation", "no destinations declared")
            return dg.MaterializeResult(metadata={"destinations": 0})
        failures = list_failures(night.settings.deliveries, names)
        if failures:
            raise KindredError(
                f"the night is published, and not every destination has it: {'; '.join(failures)}",
                "mend what they say and run `kindred destinations sync`",
            )
        return dg.MaterializeResult(metadata={"destinations": len(names)})

    return all_destinations


def _server(night: Night) -> Server:
    settings = night.settings
    place = Place(settings.published / "current", settings.landing, settings.config_dir, settings.deliveries)
    return Server(place, settings.data_dir, read_environment(), settings.as_of)


def _tell(delivery: Delivery) -> str:
    return f"{delivery.collection} {delivery.status}" + (f": {delivery.reason}" if delivery.reason else "")
