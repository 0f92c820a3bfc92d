-- Chance that is no chance: every draw is a hash of what it is about (n), of its name and of the seed. Names of draws
-- are mixed into the number before it is hashed, since hashes of several arguments differ by a constant only.
create macro dice(n, name) as
    hash(n::ubigint * 1048576 + hash(name) % 1048576 + getvariable('seed')::ubigint * 17592186044416);
create macro chance(n, name) as dice(n, name) / 18446744073709551616.0;
create macro zipf(n, name, count, shift) as
    floor(shift * (pow((count + shift) / shift::double, chance(n, name)) - 1))::integer;
create macro setting(name) as getvariable('settings')[name];
create macro present(value, n, name, share) as if(chance(n, 'no ' || name) < share * setting('missing'), null, value);
create macro styled(value, n) as case dice(n, 'style') % 12
    when 0 then upper(value) when 1 then lower(value) when 2 then strip_accents(value) else value end;
create macro typo(value, roll, place) as case roll % 6
    when 0 then value[:place - 1] || value[place + 1:]
    when 1 then value[:place - 1] || value[place + 1] || value[place] || value[place + 2:]
    when 2 then value[:place] || value[place:]
    when 3 then value[:place] || chr(97 + (roll // 7 % 26)::integer) || value[place + 1:]
    when 4 then value[:place] || chr(97 + (roll // 7 % 26)::integer) || value[place + 1:]
    else replace(replace(replace(replace(replace(value, 'ie', 'y'), 'ck', 'k'), 'ph', 'f'), 'tz', 'z'), 'll', 'l') end;
create macro misspell(value, n, name, share) as
    if(
        chance(n, 'typo ' || name) < share and length(value) > 3,
        typo(value, dice(n, 'kind ' || name), 1 + (dice(n, 'place ' || name) % (length(value) - 1)::ubigint)::integer),
        value
    );
create macro misdial(value, n, name, share) as
    if(
        chance(n, 'typo ' || name) < share,
        if(
            dice(n, 'kind ' || name) % 2 = 0,
            typo(value, 1, 3 + (dice(n, 'place ' || name) % (length(value) - 3)::ubigint)::integer),
            value[:length(value) - 1] || (dice(n, 'digit ' || name) % 10)
        ),
        value
    );
create macro ascii_word(value) as
    regexp_replace(strip_accents(lower(replace(replace(replace(value, 'ß', 'ss'), 'ł', 'l'), 'Ł', 'l'))), '[^a-z]', '', 'g');
