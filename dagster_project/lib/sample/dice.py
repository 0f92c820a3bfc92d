"""Chance without a random generator: every draw is a hash of (seed, what is drawn, whom it is drawn for).

So a draw does not depend on threads, on the order of rows or on other draws. Here belong the macros every other file
of this folder draws with, and the word lists; not what is drawn.
"""

from __future__ import annotations

from pathlib import Path

from duckdb import DuckDBPyConnection

from dagster_project.lib.sample.plan import START, Plan

WORDS = str(Path(__file__).parent / "words").replace("'", "''")  # as it stands in SQL
POSITIONS = 128  # every word list is repeated up to this length, so that drawing from it needs no length

MACROS = f"""
create schema world;
create schema landing;
create schema truth;

-- a uniform in [0, 1): hashed twice, since one round leaves draws of neighbouring salts related
create macro u(salt, k) as (hash(hash(k::bigint, salt, $seed)) >> 11)::double / 9007199254740992.0;
create macro chance(salt, k, p) as u(salt, k) < p;
create macro pick(salt, k, n) as floor(u(salt, k) * n)::integer;
create macro choose(salt, k, options) as options[1 + pick(salt, k, len(options))];
-- common words come first in their lists
create macro pick_word(salt, k) as floor(pow(u(salt, k), 1.2) * {POSITIONS})::integer;
create macro at_day(d) as timestamp '{START}' + to_seconds(floor(d * 86400)::bigint);
-- shops and sites are busy from 8 to 22 o'clock
create macro day_time(salt, k) as (8 + 7 * (u(salt || '/1', k) + u(salt || '/2', k))) / 24;

create macro spoil(s, i, way) as case way
    when 0 then left(s, i - 1) || substr(s, i + 1)
    when 1 then left(s, i) || substr(s, i)
    else left(s, i - 1) || substr(s, i + 1, 1) || substr(s, i, 1) || substr(s, i + 2) end;
create macro typo(s, salt, k) as spoil(s, 2 + pick(salt || '/at', k, greatest(len(s) - 2, 1)),
    pick(salt || '/way', k, 3));
create macro slug(s) as regexp_replace(lower(strip_accents(replace(s, 'ß', 'ss'))), '[^a-z]', '', 'g');

-- numbers that regulators reserve for fiction, as long as they last
create macro phone(country, i, international) as case country
    when 'GB' then if(international, '+44 7', '07') || insert_space(lpad((700900000 + i)::varchar, 9, '0'), 3)
    when 'DE' then if(international, '+49 30 ', '030 ') || (23125000 + i)::varchar
    when 'FR' then if(international, '+33 6 ', '06 ') || regexp_replace((39980000 + i)::varchar, '(..)(..)(..)(..)',
        '\\1 \\2 \\3 \\4')
    else if(international, '+1 ', '') || (201 + (i // 100) % 799)::varchar || '-' || (555 + i // 79900)::varchar
        || '-01' || lpad((i % 100)::varchar, 2, '0') end;
"""


def prepare(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Create the schemas, the macros and `world.words` (list, country, position, word, extra)."""
    connection.execute("create macro insert_space(s, i) as left(s, i) || ' ' || substr(s, i + 1)")
    connection.execute(MACROS.replace("$seed", str(plan.seed)))
    connection.execute(f"""
        create table world.words as
        with lists as (
            select list, country, string_split(values, '|') as words from read_csv('{WORDS}/people.csv')
            union all
            select list, '', string_split(values, '|') from read_csv('{WORDS}/phrases.csv')
        ), repeated as (
            select list, country, position, words[1 + position * len(words) // {POSITIONS}] as word
            from lists, range({POSITIONS}) as positions(position)
        )
        select list, country, position, split_part(word, ':', 1) as word, nullif(split_part(word, ':', 2), '') as extra
        from repeated
    """)
