{# Dates of birth out of whatever exports write. Null where the text is no date, or no day somebody can be born on. #}

{# `text` is trimmed and in lower case. 1/2/1990 is the first of February but where the country writes the month first;
   where that is no day, it is read the other way round; with dots the day always comes first. #}
{% macro date_of_text(text, country_code) -%}
    {%- set three_numbers -%} '^([0-9]{1,2})[-./ ]+([0-9]{1,2})[-./ ]+([0-9]{4})\b' {%- endset -%}
    {%- set numbers -%} regexp_extract({{ text }}, {{ three_numbers }}, ['a', 'b', 'y']) {%- endset -%}
    {%- set month_first -%}
        {{ country_code }} in ('US', 'PH', 'PR', 'GU', 'VI', 'FM', 'MH', 'PW') and {{ text }} not like '%.%'
    {%- endset -%}
    case
        when regexp_matches({{ text }}, '^[0-9]{4}[-./ ][0-9]')
            then try_cast(replace(left(split_part({{ text }}, 't', 1), 10), '.', '-') as date)
        when regexp_matches({{ text }}, '^[0-9]{8}(\.0)?$') then coalesce(
            {{ date_of_parts("left(" ~ text ~ ", 4)", "substr(" ~ text ~ ", 5, 2)", "substr(" ~ text ~ ", 7, 2)") }},
            {{ date_of_parts("substr(" ~ text ~ ", 5, 4)", "substr(" ~ text ~ ", 3, 2)", "left(" ~ text ~ ", 2)") }}
        )
        when regexp_matches({{ text }}, {{ three_numbers }}) then coalesce(
            case when {{ month_first }} then {{ date_of_parts(numbers ~ '.y', numbers ~ '.a', numbers ~ '.b') }} end,
            {{ date_of_parts(numbers ~ '.y', numbers ~ '.b', numbers ~ '.a') }},
            {{ date_of_parts(numbers ~ '.y', numbers ~ '.a', numbers ~ '.b') }}
        )
        when regexp_matches({{ text }}, '\p{L}{3}') then {{ date_of_parts(
            "regexp_extract(" ~ text ~ ", '[0-9]{4}')", month_of_text(text),
            "regexp_extract(' ' || " ~ text ~ ", '[^0-9]([0-9]{1,2})([^0-9]|$)', 1)"
        ) }}
    end
{%- endmacro %}

{% macro date_of_parts(year, month, day) -%}
    try_cast({{ year }} || '-' || {{ month }} || '-' || {{ day }} as date)
{%- endmacro %}

{# The month, as 1 to 12, whose name stands in the text, in the languages of Western Europe. #}
{% macro month_of_text(text) -%}
    case left(regexp_extract(strip_accents({{ text }}), '[a-z]{3,}'), 4)
        when 'juin' then 6
        when 'juil' then 7
        else case left(regexp_extract(strip_accents({{ text }}), '[a-z]{3,}'), 3)
            {%- for names in [
                ['jan', 'ene', 'gen'], ['feb', 'fev', 'fbr'], ['mar', 'mrz', 'mae', 'maa', 'mrt'], ['apr', 'avr', 'abr'],
                ['may', 'mai', 'mei', 'mag', 'maj'], ['jun', 'giu'], ['jul', 'lug'], ['aug', 'aou', 'ago'],
                ['sep', 'set'], ['oct', 'okt', 'ott', 'out'], ['nov'], ['dec', 'dez', 'dic', 'des']
            ] %}
            {%- set month = loop.index %}
            {%- for name in names %}
            when '{{ name }}' then {{ month }}
            {%- endfor %}
            {%- endfor %}
        end
    end
{%- endmacro %}
