{# How alike two described records are, field by field: `left` and `right` alias rows of int_persons_prepared. The cheap
   tests stand first: a CASE only does the dear one where they fail. #}

{% macro edit_distance(left, right) -%} levenshtein({{ left }}, {{ right }}) {%- endmacro %}

{# The same with a swap of neighbours as one slip; several times as dear. #}
{% macro slips(left, right) -%} damerau_levenshtein({{ left }}, {{ right }}) {%- endmacro %}

{# From 0 to 1, with weight on how two texts begin (Winkler 1990). #}
{% macro likeness(left, right) -%} jaro_winkler_similarity({{ left }}, {{ right }}) {%- endmacro %}

{% macro is_swapped(left, right) -%}
    coalesce(
        {{ left }}.surname = {{ right }}.given_name
        and {{ left }}.given_name = {{ right }}.surname
        and {{ left }}.given_name <> {{ left }}.surname, false
    )
{%- endmacro %}

{% macro name_level(field, left, right) -%}
    {%- set one, other = left ~ '.' ~ field, right ~ '.' ~ field -%}
    {%- set first_exact = 6 if field == 'given_name' else 5 -%}
    case
        when {{ is_swapped(left, right) }} then {{ 10 if field == 'given_name' else 0 }}
        when {{ one }} is null or {{ other }} is null then 0
        when {{ one }} = {{ other }} then {{ first_exact }} + {{ left }}.{{ field }}_rarity
        {%- if field == 'given_name' %}
        when {{ left }}.given_name_root = {{ right }}.given_name_root then 5
        {%- endif %}
        when length({{ one }}) > 2 and {{ edit_distance(one, other) }} <= 1 then 4
        when {{ likeness(one, other) }} >= 0.92 then 4
        when {{ likeness(one, other) }} >= 0.84 then 3
        when least(length({{ one }}), length({{ other }})) = 1 and left({{ one }}, 1) = left({{ other }}, 1) then 2
        else 1
    end
{%- endmacro %}

{# Days as eight digits, so that a slip of a key can be told from another day. #}
{% macro birth_date_level(left, right) -%}
    {%- set one, other = left ~ '.birth_digits', right ~ '.birth_digits' -%}
    case
        when {{ one }} is null or {{ other }} is null then 0
        when {{ one }} = {{ other }} then 6
        when length({{ one }}) = length({{ other }})
            and hamming({{ one }}, {{ other }}) <= 2
            and {{ slips(one, other) }} <= 1 then 5
        when {{ left }}.birth_year = {{ right }}.birth_year
            and {{ left }}.birth_month = {{ right }}.birth_day and {{ left }}.birth_day = {{ right }}.birth_month then 5
        when abs({{ left }}.birth_year - {{ right }}.birth_year) <= 1
            and abs({{ left }}.birth_month - {{ right }}.birth_month) <= 1
            and abs({{ left }}.birth_day - {{ right }}.birth_day) <= 5 then 4
        when cast({{ left }}.birth_year = {{ right }}.birth_year as integer)
            + cast({{ left }}.birth_month = {{ right }}.birth_month as integer)
            + cast({{ left }}.birth_day = {{ right }}.birth_day as integer) >= 2 then 3
        when abs({{ left }}.birth_year - {{ right }}.birth_year) <= 10 then 2
        else 1
    end
{%- endmacro %}

{% macro national_id_level(left, right) -%}
    {%- set one, other = left ~ '.national_id', right ~ '.national_id' -%}
    case
        when {{ one }} is null or {{ other }} is null then 0
        when {{ one }} = {{ other }} then 4
        when abs(length({{ one }}) - length({{ other }})) > 2 then 1
        when {{ edit_distance(one, other) }} > 2 then 1
        when {{ slips(one, other) }} <= 1 then 3
        else 2
    end
{%- endmacro %}

{# Addresses are made from names, and in a family the digits tell them apart: a slip keeps the digits. #}
{% macro email_level(left, right) -%}
    case
        when {{ left }}.email is null or {{ right }}.email is null then 0
        when {{ left }}.email = {{ right }}.email then 4
        when {{ left }}.mailbox_name = {{ right }}.mailbox_name then 3
        when {{ left }}.mailbox_digits = {{ right }}.mailbox_digits
            and abs(length({{ left }}.mailbox_name) - length({{ right }}.mailbox_name)) <= 2
            and {{ edit_distance(left ~ '.mailbox_name', right ~ '.mailbox_name') }} <= 2 then 2
        else 1
    end
{%- endmacro %}

{% macro phone_level(left, right) -%}
    case
        when {{ left }}.phone is null or {{ right }}.phone is null then 0
        when {{ left }}.phone = {{ right }}.phone then 3
        when {{ edit_distance(left ~ '.phone', right ~ '.phone') }} <= 1 then 2
        else 1
    end
{%- endmacro %}

{% macro same_or_different(field, left, right) -%}
    case
        when {{ left }}.{{ field }} is null or {{ right }}.{{ field }} is null then 0
        when {{ left }}.{{ field }} = {{ right }}.{{ field }} then 2
        else 1
    end
{%- endmacro %}

{# 3 the same street, 2 like it; the house's number the same; of town and postal code how many agree. #}
{% macro address_parts(left, right) -%}
        case
            when {{ left }}.street is null or {{ right }}.street is null then 0
            when {{ left }}.street = {{ right }}.street then 3
            when {{ likeness(left ~ '.street', right ~ '.street') }} >= 0.9 then 2
            else 0
        end as street_likeness,
        coalesce({{ left }}.house_number = {{ right }}.house_number, false) as is_same_house_number,
        coalesce(cast(
            {{ left }}.city = {{ right }}.city or {{ likeness(left ~ '.city', right ~ '.city') }} >= 0.92 as integer
        ), 0)
        + coalesce(cast({{ left }}.postal_code = {{ right }}.postal_code as integer), 0) as area_likeness,
{%- endmacro %}

{# Out of address_parts. One field, since street, town and postal code are right or wrong together. #}
{% macro address_level(left, right) -%}
    case
        when coalesce({{ left }}.street, {{ left }}.city, {{ left }}.postal_code) is null
            or coalesce({{ right }}.street, {{ right }}.city, {{ right }}.postal_code) is null then 0
        when street_likeness = 3 and is_same_house_number and area_likeness >= 1 then 11
        when street_likeness = 3 and is_same_house_number then 10
        when street_likeness >= 2 and is_same_house_number then 9
        when street_likeness >= 2 and area_likeness >= 1 then 8
        when street_likeness >= 2 then 7
        when is_same_house_number and area_likeness = 2 then 6
        when area_likeness = 2 then 5
        when is_same_house_number and area_likeness = 1 then 4
        when area_likeness = 1 then 3
        when is_same_house_number then 2
        else 1
    end
{%- endmacro %}

{# (left_id, right_id, pattern) of the pairs in `pairs`. #}
{% macro compared_pairs(pairs) -%}
    {%- set levels = {
        'given_name': name_level('given_name', 'one', 'other'), 'surname': name_level('surname', 'one', 'other'),
        'birth_date': birth_date_level('one', 'other'), 'national_id': national_id_level('one', 'other'),
        'email': email_level('one', 'other'), 'phone': phone_level('one', 'other'),
        'address': address_level('one', 'other'), 'gender': same_or_different('gender', 'one', 'other'),
        'loyalty_id': same_or_different('loyalty_id', 'one', 'other')
    } -%}
    select
        left_id,
        right_id,
        pattern
    from (
        select
            pairs.left_id,
            pairs.right_id,
            {{ address_parts('one', 'other') }}
            {% for field in match_fields() -%}
            cast({{ levels[field.name] }} as bigint) * {{ field.multiplier }}{{ ' +' if not loop.last }}
            {% endfor %} as pattern
        from {{ pairs }} as pairs
        inner join {{ ref('int_persons_prepared') }} as one on pairs.left_id = one.person_id
        inner join {{ ref('int_persons_prepared') }} as other on pairs.right_id = other.person_id
    ) as compared
{%- endmacro %}
