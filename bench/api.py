"""How long the read API takes to answer 200 requests a second over 100,000 customers while a night is published.

Requests are begun on the clock, whether or not earlier ones were answered, and each is timed from when it was due. They
are measured against a route of the same application that looks nothing up, twice: asked alone at the same rate while
another such night is published, and asked among the others, which then delay it too. Publishing is the night's own, in
a process beside; nobody's requests are counted. Run with other numbers of customers and requests to try other sizes. It
exits with 1 where a request failed, or where the slowest hundredth of the others takes more than three times that of
the constant route, alone or among them.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dagster_project.lib.publication.manifest import Night
from dagster_project.lib.publication.snapshot import publish

CUSTOMERS, A_SECOND = 100_000, 200
PRODUCTS, LONGEST_LIST = 10_000, 50
AT_MOST = 3.0
"""Slowest hundredth of the routes that look something up, over that of the one that does not."""
BEFORE, AFTER = 10.0, 10.0
"""Seconds of requests before publishing begins, and after the API has gone over to the new night."""
CONSTANT = "/health"
ROUTES = [
    CONSTANT, "/customers/c{n}/recommendations", "/customers/c{n}/segments", "/customers/c{n}/content/homepage?hour=20",
    "/visitors/v{n}/recommendations?list=discover", "/visitors/v{n}/content/banner", "/products/p{p}/similar",
    "/customers/nobody{n}/recommendations",
]  # fmt: skip
TABLES = f"""
create schema marts; create schema activation; create schema quality; create schema experiments;
create table activation.content_variables as
    select 'c' || range as customer_id, true as is_known, 'Ann' as first_name, 'Miller' as last_name,
        'ann' || range || '@mail.example' as email, 'London' as city, null::varchar as region, 'GB' as country,
        'gold' as loyalty_tier, 'active' as lifecycle_state, 'frequent_buyers' as primary_segment,
        json('["frequent_buyers", "high_value_customers"]') as segments, 'Tea' as top_category,
        json('{{"Tea": 0.6, "Coffee": 0.3, "Garden": 0.1}}') as interests, 'Tea' as recent_category, 'en' as language,
        7 as order_count, 240.5 as total_revenue, 12 as days_since_order, 'evening' as daypart,
        'transactional' as intent, 'mobile' as device, 'rain' as weather, 9.5::double as temperature,
        null::varchar as holiday, json(['p' || range % {PRODUCTS}, 'p' || range % 77]) as viewed_products,
        json(['p' || range % 99]) as cart_products, 0.4 as purchase_probability_30_days, 0.2 as churn_probability,
        310.0 as value_12_months, range % 50 > 0 as is_personalizable
    from range($customers);
create table marts.customer_profiles as
    select customer_id, json({{described: repeat('what is known of them, ', 70)}}) as profile
    from activation.content_variables;
create table activation.segment_memberships as
    select customer_id, unnest(['frequent_buyers', 'high_value_customers']) as segment, false as is_primary,
        timestamp '2026-06-01' as entered_at
    from activation.content_variables;
create table marts.dim_products as
    select 'p' || range as product_id, 'Product number ' || range as name, 'Tea' as category, 'Leaf' as brand,
        (5 + range % 90)::double as price, null::double as list_price, 'GBP' as currency,
        '/images/' || range || '.jpg' as image_url, '/products/' || range as product_url
    from range({PRODUCTS});
create table activation.customer_recommendations as
    select 'c' || range // {LONGEST_LIST} as customer_id, list_name, 1 + range % {LONGEST_LIST} as rank,
        'p' || hash(range, list_name) % {PRODUCTS} as product_id, 1 / (1 + range % {LONGEST_LIST} + random()) as score,
        'hybrid' as strategy, 'because you bought product number ' || hash(range) % 2000 as reason
    from range({LONGEST_LIST} * $customers), (values ('for_you'), ('discover'), ('content')) as lists(list_name);
create table activation.segment_recommendations as
    select 'anonymous' as segment, 1 + range as rank, 'p' || range as product_id, 1.0 / (1 + range) as score
    from range({LONGEST_LIST});
create table activation.product_recommendations as
    select 'p' || range // 20 as product_id, 'similar' as strategy, 1 + range % 20 as rank,
        'p' || hash(range) % {PRODUCTS} as recommended_product_id, 1.0 / (1 + range % 20) as score
    from range(20 * {PRODUCTS});
create table activation.offers as
    select 'welcome' as offer, 'discount' as kind, 'Ten per cent' as title, null::varchar as description,
        'TEN' as code, 10.0::double as percent, null::double as amount, null::varchar as category,
        null::date as ends_on_date, null::varchar as image_url, null::varchar as url;
create table activation.customer_offers as
    select customer_id, 'welcome' as offer, 1 as rank from activation.content_variables;
create table marts.customer_id_aliases (customer_id varchar, current_customer_id varchar);
create table marts.customer_identities as
    select 'visitor' as record_kind, 'v' || range as source_record_id, 'c' || range as customer_id,
        timestamp '2026-06-01' as last_seen_at
    from range($customers);
create table experiments.assignments as
    select 'words' as experiment_id, 'customer' as unit, 'c' || range as unit_id, 'c' || range as customer_id,
        ['warm', 'brief'][1 + range % 2] as variant_id, true as is_running, false as is_excluded
    from range($customers);
create table marts.fct_sessions (session_id varchar, country varchar, city varchar, started_at timestamp);
create table marts.session_contexts (session_id varchar, weather varchar, temperature double, holiday varchar);
create table quality.order_currencies as select 'GBP' as currency, true as is_base;
create table quality.model_versions (model varchar, model_version varchar, status varchar);
create table quality.ingested_files (file_path varchar, content_hash varchar, status varchar, rows_in integer,
    rows_loaded integer, rows_rejected integer, file_id integer);
"""


def publish_night(warehouse: Path, published: Path, run: str, day: str) -> None:
    """What a night does at its end, with every list changed since the one before."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update activation.customer_recommendations set score = score * 0.99")
        as_of = datetime.fromisoformat(day)
        publish(connection, published, Night(run, as_of, as_of), {"index.html": ""}, {}, {}, kept=1)


class Asker:
    """Asks over connections that are kept; a new one is opened where all wait for an answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, path: str) -> tuple[int, bytes]:
        """Status and body of an answer."""
        # The server closes what nobody used for some seconds.
        while self._idle and self._idle[-1][0].at_eof():
            self._idle.pop()[1].close()
        reader, writer = (
            self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        )
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: key\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        self._idle.append((reader, writer))
        return int(head[9:12]), body


async def measure(
    port: int, customers: int, a_second: int, routes: Sequence[str], publishing: Sequence[str], run: str
) -> dict[str, list[float]]:
    """Seconds of each request by its route, until the API has gone over to the run that `publishing` publishes."""
    asker, took, errors = Asker(port), defaultdict(list), 0
    dice = random.Random(7)

    async def ask(route: str, due: float) -> None:
        nonlocal errors
        path = route.format(n=dice.randrange(customers), p=dice.randrange(PRODUCTS))
        try:
            status, _ = await asker.ask(path)
        except (OSError, EOFError):
            status = 0
        took[route].append(time.perf_counter() - due)
        errors += status != 200

    async def publish_beside() -> None:
        await asyncio.sleep(BEFORE)
        begin = time.perf_counter()
        process = await asyncio.create_subprocess_exec(*publishing)
        assert await process.wait() == 0
        published = time.perf_counter()
        while run.encode() not in (await asker.ask(CONSTANT))[1]:
            await asyncio.sleep(0.5)
        print(
            f"published in {published - begin:.1f} s, the API followed {time.perf_counter() - published:.1f} s later"
        )
        await asyncio.sleep(AFTER)

    beside, asked, begin, number = asyncio.create_task(publish_beside()), set(), time.perf_counter(), 0
    turn = list(routes)
    while not beside.done():
        if number % len(turn) == 0:
            # In an order that stays, some route would always wait behind the slowest.
            dice.shuffle(turn)
        due = begin + number / a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(ask(turn[number % len(turn)], due))
        asked.add(task)
        task.add_done_callback(asked.discard)
        number += 1
    await beside
    await asyncio.gather(*asked)
    print(f"{number:,} requests in {time.perf_counter() - begin:.0f} s, {errors} errors")
    assert errors == 0
    return took


def main(customers: int, a_second: int) -> None:
    """Publish a night, start the API, measure."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        data_dir = Path(folder)
        warehouse, published = data_dir / "kindred.duckdb", data_dir / "published"
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(TABLES.replace("$customers", str(customers)))
        publish_night(warehouse, published, "first", "2026-06-30")
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "DATA_DIR": folder, "KINDRED_API_KEY": "key"}
        kindred = Path(sys.executable).with_name("kindred")
        begin = time.perf_counter()
        server = subprocess.Popen(
            [kindred, "api", "--port", str(port), "--requests-per-minute", "0"],
            env=environment, cwd=Path(__file__).resolve().parents[1], stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while socket.socket().connect_ex(("127.0.0.1", port)) and server.poll() is None:
                time.sleep(0.1)
            print(f"started after {time.perf_counter() - begin:.1f} s, {_resident(server.pid):,} MB")
            took = []
            for routes, run, day in (([CONSTANT], "second", "2026-07-01"), (ROUTES, "third", "2026-07-02")):
                publishing = [sys.executable, __file__, "publish", str(warehouse), str(published), run, day]
                took.append(asyncio.run(measure(port, customers, a_second, routes, publishing, run)))
            print(f"{_resident(server.pid):,} MB at the end")
        finally:
            server.terminate()
            server.wait()
    report(took[0][CONSTANT], took[1])


def report(alone: list[float], took: dict[str, list[float]]) -> None:
    """Print the slowest hundredth of each route, and exit with 1 where it is too slow. alone: of the constant route."""
    figures = {route: np.percentile(np.array(seconds) * 1000, [50, 99]) for route, seconds in took.items()}
    among = figures[CONSTANT][1]
    half, by_itself = np.percentile(np.array(alone) * 1000, [50, 99])
    print(f"{CONSTANT + ' alone':<48} median {half:6.1f} ms   p99 {by_itself:6.1f} ms")
    for route, (half, slowest) in figures.items():
        ratios = f"{slowest / by_itself:4.2f} x alone   {slowest / among:4.2f} x among the others"
        print(f"{route:<48} median {half:6.1f} ms   p99 {slowest:6.1f} ms   {ratios}")
    others = np.concatenate([seconds for route, seconds in took.items() if route != CONSTANT]) * 1000
    slowest = np.percentile(others, 99)
    print(
        f"all that look something up: p99 {slowest:.1f} ms, {slowest / by_itself:.2f} x the constant's alone, "
        f"{slowest / among:.2f} x the constant's among them"
    )
    sys.exit(int(slowest / min(by_itself, among) > AT_MOST))


def _resident(process: int) -> int:
    """Megabytes of memory of a process's own; what it maps of the store is the file's, and the kernel's to drop."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) // 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["publish"]:
        publish_night(Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:6])
    else:
        asked_for = [int(argument) for argument in sys.argv[1:]]
        main(*asked_for, *(CUSTOMERS, A_SECOND)[len(asked_for) :])
