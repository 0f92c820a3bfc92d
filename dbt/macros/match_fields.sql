{# What two described records are compared by: each field with its levels, from nothing in common to the same; level 0
   is a field that one of them lacks. A pair's levels are packed into one integer, its pattern, so that weights are
   estimated and looked up by a few thousand patterns however many pairs there are.
   is_of_household: people under one roof agree on it too, which says little of whether they are one person.
   twins: the share of them that agree on it all the same. #}
{% macro match_fields() -%}
    {%- set name_levels = ['very common name', 'common name', 'uncommon name', 'rare name'] -%}
    {%- set fields = [
        {'name': 'given_name', 'is_of_household': false, 'levels': [
            'different', 'same initial', 'alike', 'nearly the same', 'nickname'] + name_levels
            + ['swapped with surname']},
        {'name': 'surname', 'is_of_household': true, 'levels': [
            'different', 'same initial', 'alike', 'nearly the same'] + name_levels},
        {'name': 'birth_date', 'is_of_household': false, 'twins': 0.02, 'levels': [
            'more than ten years apart', 'different', 'two of three parts', 'near', 'one slip', 'same']},
        {'name': 'national_id', 'is_of_household': false, 'levels': [
            'different', 'two slips', 'one slip', 'same']},
        {'name': 'email', 'is_of_household': true, 'levels': [
            'different', 'two slips', 'same mailbox name', 'same']},
        {'name': 'phone', 'is_of_household': true, 'levels': ['different', 'one slip', 'same']},
        {'name': 'address', 'is_of_household': true, 'levels': [
            'different', 'same house number', 'same town or postal code',
            'same house number and area', 'same town and postal code', 'same house number, town and postal code',
            'same street', 'same street and area', 'like street, same house number',
            'same street and house number', 'same']},
        {'name': 'gender', 'is_of_household': false, 'levels': ['different', 'same']},
        {'name': 'loyalty_id', 'is_of_household': true, 'levels': ['different', 'same']},
    ] -%}
    {%- set multiplier = namespace(value=1) -%}
    {%- for field in fields -%}
        {%- do field.update({'multiplier': multiplier.value, 'radix': field.levels | length + 1}) -%}
        {%- set multiplier.value = multiplier.value * field.radix -%}
    {%- endfor -%}
    {{- return(fields) -}}
{%- endmacro %}

{# The fields as rows, one per field and level: field, level, label, multiplier, radix. #}
{% macro match_levels() -%}
    select * from (
        values
        {%- for field in match_fields() %}{% set last_field = loop.last %}
        {%- for label in ['missing'] + field.levels %}
        ('{{ field.name }}', {{ loop.index0 }}, '{{ label }}', {{ field.multiplier }}, {{ field.radix }})
        {{- ',' if not (last_field and loop.last) }}
        {%- endfor %}{% endfor %}
    ) as levels (field, level, label, multiplier, radix)
{%- endmacro %}

{# The level of a field in a pattern. #}
{% macro level_in_pattern(pattern, multiplier, radix) -%}
    cast({{ pattern }} // {{ multiplier }} % {{ radix }} as integer)
{%- endmacro %}

{# The columns of int_persons_prepared that comparisons and keys read. #}
{% macro compared_columns() -%}
    {{- return([
        'given_name', 'given_name_root', 'surname', 'birth_digits', 'national_id', 'email', 'phone', 'street',
        'house_number', 'city', 'postal_code', 'gender', 'loyalty_id', 'given_name_rarity', 'surname_rarity'
    ]) -}}
{%- endmacro %}
