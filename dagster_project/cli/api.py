"""`kindred api`: the read API over what is published."""

from __future__ import annotations

import gc

import click

from dagster_project.lib.common.errors import KindredError
from dagster_project.lib.common.progress import say, show_progress
from dagster_project.settings import read_api_keys, read_settings


@click.command("api")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, help="0 for any that is free.")
@click.option(
    "--requests-per-minute", default=6_000, show_default=True, type=click.IntRange(0),
    help="Of each key, and of each address that has a browser's; 0 for any number.",
)  # fmt: skip
def command(host: str, port: int, requests_per_minute: int) -> None:
    """Serve segments, recommendations and content of the last published night; later nights as they are published.

    KINDRED_API_KEY in the environment holds the keys that open it, KINDRED_API_BROWSER_KEY those that a page may hold,
    KINDRED_API_ORIGINS where such pages come from; each with commas between several.
    """
    import uvicorn

    from dagster_project.lib.activation.api.access import Access
    from dagster_project.lib.activation.api.app import create_app
    from dagster_project.lib.common.hosts import is_loopback

    settings, keys = read_settings(), read_api_keys()
    if not keys.keys and not is_loopback(host):
        raise KindredError(
            f"without a key nothing but this machine may ask, and {host} is open to others",
            "set KINDRED_API_KEY, or leave --host out",
        )
    show_progress()
    access = Access(keys.keys, keys.browser_keys, keys.origins, requests_per_minute)
    app = create_app(settings.published, settings.config_dir, access)
    shown = f"[{host}]" if ":" in host else host
    if not keys.keys:
        say("api", "no KINDRED_API_KEY is set: every program on this machine may ask")
    say("api", f"reading the snapshot; then http://{shown}:{port}/docs says what to ask")
    # What was imported stays; looking through it again and again would hold up requests.
    gc.freeze()
    # The log of requests would hold ids of customers.
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", server_header=False)
