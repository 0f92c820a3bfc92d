"""CRM records of made-up persons with the truth beside them: seeded, and not by the sample's generator.

What belongs here: frequencies, households and the errors of data entry. What does not: anything that Kindred or Splink
is told about them. Persons of one to four records, two on average, live in six countries, in households that share a
surname, an address, a telephone or a mailbox; names, streets and towns are as uneven as real ones (Zipf-Mandelbrot).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

HERE = Path(__file__).parent
SETTINGS: dict[str, dict[str, float]] = {
    "clean": {"errors": 0.4, "missing": 0.5, "moved": 0.05, "nicknames": 0.04, "no_national_id": 0.6},
    "usual": {"errors": 1.0, "missing": 1.0, "moved": 0.12, "nicknames": 0.10, "no_national_id": 0.8},
    "poor": {"errors": 2.0, "missing": 1.4, "moved": 0.20, "nicknames": 0.15, "no_national_id": 1.0},
}
"""How good an export is: factors on errors and missing values, shares of moved persons, nicknames, missing ids."""
DISTINCT = {"female": 1500, "male": 1500, "surname": 8000, "street": 900, "city": 500, "region": 20}
"""How many words of a kind a country has; where the syllables give fewer, they begin again from the first."""


def generate(
    connection: duckdb.DuckDBPyConnection, records: int, setting: str = "usual", seed: int = 1
) -> None:
    """Make the table `customers`: the canonical columns of crm/customers and `person_id`, the truth; one row a record.

    setting: a name of SETTINGS. The same arguments give the same rows in the same order. Needs a database of its own.
    """
    words, countries = _words(seed)
    connection.register("given_words", words)
    connection.register("given_countries", countries)
    connection.execute("create temp table words as from given_words")
    connection.execute("create temp table countries as from given_countries")
    connection.execute(f"set variable seed = {int(seed)}")
    connection.execute(f"set variable records = {int(records)}")
    connection.execute(f"set variable persons = {int(records * 0.51) // 10 * 10 + 100}")
    connection.execute("set variable settings = $settings", {"settings": SETTINGS[setting]})
    for script in ("macros.sql", "persons.sql", "contacts.sql", "records.sql"):
        connection.execute((HERE / script).read_text())


def _words(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Words by country, kind and rank, the most frequent first; and where each country's share of persons ends."""
    rows: list[tuple[str, str, int, str, str | None]] = []
    ends: list[tuple[str, float]] = []
    for country, given in yaml.safe_load((HERE / "words.yml").read_text()).items():
        ends.append((country, given["share"] + (ends[-1][1] if ends else 0.0)))
        for kind, count in DISTINCT.items():
            words = list(_of_kind(given, kind, random.Random(f"{seed} {country} {kind}")))
            for rank in range(count):
                name, _, nickname = words[rank % len(words)].partition("/")
                rows.append((country, kind, rank, name, nickname or None))
    columns = ["country", "kind", "rank", "word", "nickname"]
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(ends, columns=["country", "until"])


def _of_kind(given: Mapping[str, Any], kind: str, dice: random.Random) -> Iterator[str]:
    """The listed words, then made ones, as many as DISTINCT says or the syllables give."""
    listed = _split(given[kind]) if isinstance(given[kind], str) else []
    yield from listed
    if kind == "region":
        return
    syllables = (
        given["name_syllables"] if kind in ("female", "male") else given.get(f"{kind}_syllables", given[kind])
    )
    parts = [_split(syllables[place]) for place in ("first", "middle", "last")]
    seen = set(listed)
    for _ in range(DISTINCT[kind] * 4):
        word = "".join(dice.choice(part) for part in parts)
        if word not in seen and len(seen) < DISTINCT[kind]:
            seen.add(word)
            yield word


def _split(text: str) -> list[str]:
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|([^\s"]+)', text)]
