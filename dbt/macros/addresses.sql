{# Postal addresses as they are compared. #}

{# Street and number as written, made ready: flats out, of `unit/number` the number, `12 a` as 12a; folded. #}
{% macro street_and_number(street_address) -%}
    {%- set without_unit -%}
        case
            when {{ street_address }} like '%/%'
                then regexp_replace({{ street_address }}, '^\s*[0-9]+[A-Za-z]?\s*/\s*([0-9])', '\1')
            when {{ street_address }} like '%#%' then replace({{ street_address }}, '#', ' unit ')
            else {{ street_address }}
        end
    {%- endset -%}
    {%- set without_flat -%}
        regexp_replace(
            {{ folded_text(without_unit) }},
            '\b(flat|apartment|apt|unit|suite|ste|room|floor|appartement|appt|wohnung|whg|etage|piso|interno|int|bte|'
            || 'boite|lot|shop) ([0-9]+[a-z]?|[a-z])\b', '', 'g'
        )
    {%- endset -%}
    regexp_replace(trim({{ without_flat }}), '([0-9]) ([a-z])$', '\1\2')
{%- endmacro %}

{# The first number, with its letter, of what street_and_number gives; null where there is none. #}
{% macro house_number(street_and_number) -%}
    nullif(regexp_extract({{ street_and_number }}, '(?:^|\s)([0-9]+[a-z]?)(?:\s|$)', 1), '')
{%- endmacro %}

{# The rest of it, of a range of numbers neither; words as in abbreviated_words. #}
{% macro street_name(street_and_number) -%}
    {{ abbreviated_words("trim(regexp_replace(" ~ street_and_number
        ~ ", '(^|\s+)[0-9]+[a-z]?( [0-9]+[a-z]?)?(\s+|$)', ' '))") }}
{%- endmacro %}

{# Words of folded text that people shorten, in their short form; German and Dutch streets as one word. #}
{% macro abbreviated_words(text) -%}
    nullif(replace(array_to_string(list_transform(string_split(
        replace(replace({{ text }}, 'strasse', 'str'), 'straat', 'str'), ' '
    ), lambda word: case word
        {%- for short, words in {
            'st': ['street', 'saint', 'sainte'], 'rd': ['road'], 'ave': ['avenue', 'av', 'avn', 'avenida'],
            'dr': ['drive', 'drv'], 'ln': ['lane'], 'ct': ['court', 'crt'], 'pl': ['place', 'plaza', 'plz'],
            'sq': ['square'],
            'blvd': ['boulevard', 'bd', 'boul', 'bvd', 'blv'], 'ter': ['terrace', 'terr', 'tce', 'trce'],
            'cres': ['crescent', 'cresent', 'crs', 'cr'], 'cl': ['close'], 'pde': ['parade'], 'hwy': ['highway'],
            'pkwy': ['parkway', 'pky'], 'cct': ['circuit', 'cir', 'circle', 'circ'], 'gdns': ['gardens', 'gdn', 'garden'],
            'gr': ['grove', 'gv', 'grv'], 'pk': ['park'], 'mt': ['mount'], 'ft': ['fort'], 'hts': ['heights'],
            'aly': ['alley'], 'all': ['allee'], 'espl': ['esplanade', 'esp'], 'n': ['north'], 's': ['south'],
            'e': ['east'], 'w': ['west'], 'ne': ['northeast'], 'nw': ['northwest'], 'se': ['southeast'],
            'sw': ['southwest'], 'ch': ['chemin'], 'rte': ['route'], 'imp': ['impasse'], 'c': ['calle'], 'v': ['via'],
            'pza': ['piazza'], 'vle': ['viale'], 'r': ['rue', 'rua']
        }.items() %}
        {%- for word in words %}
        when '{{ word }}' then '{{ short }}'
        {%- endfor %}
        {%- endfor %}
        when 'str' then '~str'
        else word
    end), ' '), ' ~', ''), '')
{%- endmacro %}

{# Letters and digits, upper case, without the sign of the country in front; of United States codes the first five
   digits, with the zeros that a spreadsheet took. #}
{% macro postal_code_key(postal_code, country_code) -%}
    {%- set signs -%}
        upper(regexp_replace(
            {{ postal_code }},
            '^\s*(D|DE|F|FR|A|AT|CH|B|BE|L|LU|I|IT|NL|E|ES|P|PT|S|SE)-|\.0$|[^A-Za-z0-9]+', '', 'gi'
        ))
    {%- endset -%}
    {{ with_value('signs', signs, "nullif(case
        when " ~ country_code ~ " = 'US' and length(signs) in (4, 8) then left('0' || signs, 5)
        when " ~ country_code ~ " = 'US' then left(signs, 5)
        else signs
    end, '')") }}
{%- endmacro %}
