{# The keys under which described records are looked up: (person_id, key_name, block_key, is_broad) of the rows of `persons`. #}
{% macro person_keys(persons, more_columns=[]) -%}
{#- narrow keys: two right values bring two records together whatever else is wrong with them -#}
{%- set narrow = [
    ['email'], ['phone'], ['national_id'], ['loyalty_id'], ['surname', 'birth_digits'],
    ['given_name_root', 'birth_digits'], ['surname', 'postal_code'], ['given_name_root', 'postal_code'],
    ['birth_digits', 'postal_code'], ['street', 'house_number', 'left(given_name, 1)'],
    ['least(given_name_root, surname)', 'greatest(given_name_root, surname)']
] -%}
{#- a surname in the place of the given name, or no surname at all -#}
{%- set swapped = [['given_name', 'birth_digits'], ['given_name', 'postal_code']] -%}
{#- broad keys: one value, the beginnings of several, or two that many share -#}
{%- set broad = [
    ['surname', 'city'], ['given_name_root', 'city'], ['birth_digits', 'city'], ['surname', 'street'],
    ['given_name_root', 'street'], ['street', 'house_number'], ['left(given_name, 3)', 'left(surname, 3)'],
    ['mailbox_name'], ['birth_digits'], ['surname'], ['given_name_root'], ['postal_code'], ['street'],
    ['left(given_name, 2)', 'birth_year'], ['left(surname, 2)', 'birth_year'],
    ['left(surname, 2)', 'right(birth_digits, 4)'], ['left(given_name, 2)', 'right(birth_digits, 4)'],
    ['birth_year', 'city'], ['right(birth_digits, 4)', 'city'],
    ['left(given_name, 1)', 'left(surname, 1)', 'birth_year'], ['left(mailbox_name, 4)']
] -%}
{% for keys, is_broad in [(narrow, false), (swapped, false), (broad, true)] %}{% set last_keys = loop.last %}
{%- for key in keys %}
{%- set name = key | join('|') if keys is not sameas swapped else ['surname', key[1]] | join('|') %}
select
    person_id,
    '{{ name }}' as key_name,
    {{ number_of_text(["'" ~ name ~ "'"] + key) }} as block_key,
    {{ is_broad }} as is_broad
        {%- for column in more_columns %},
        {{ column }}
        {%- endfor %}
from {{ persons }}
where {{ key | join(' is not null and ') }} is not null
{%- if keys is sameas swapped %} and given_name is distinct from surname{% endif %}
{% if not (last_keys and loop.last) %}
union all
{% endif %}
{%- endfor %}
{%- endfor %}
{%- endmacro %}
