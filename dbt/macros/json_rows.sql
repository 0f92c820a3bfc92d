{# JSON as models hand it to functions and get it from them. #}

{% macro json_list(column, order_by) -%}
    cast(to_json(coalesce(list({{ column }} order by {{ order_by }}), [])) as {{ text_type() }})
{%- endmacro %}

{% macro json_value(document, key) -%} {{ document }} ->> '$.{{ key }}' {%- endmacro %}

{# A list of objects as rows with these columns and types. #}
{% macro unnested_json(document, columns) -%}
    unnest(
        from_json({{ document }}, '[{ {%- for name, type in columns.items() -%}
            "{{ name }}": "{{ type }}"{{ ', ' if not loop.last }}
        {%- endfor -%} }]'), recursive := true
    )
{%- endmacro %}

{# What each field said and its weight in bits, as a JSON list in the order of fields. #}
{% macro evidence_list(field, label, weight, order_by, condition) -%}
    cast(to_json(list(
        {'field': {{ field }}, 'finding': {{ label }}, 'weight': round({{ weight }}, 3)} order by {{ order_by }}
    ) filter (where {{ condition }})) as {{ text_type() }})
{%- endmacro %}

{# One object of these keys and expressions. #}
{% macro json_object(values) -%}
    json_object(
        {%- for key, value in values.items() -%}
            '{{ key }}', {{ value }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{% macro as_json(text) -%} cast({{ text }} as json) {%- endmacro %}

{# What two described records have in common and not, as numbers that add up to the match weight: `scores` aliases rows
   of int_match_patterns_scored, `models` the one row of int_match_models_estimated. #}
{% macro weighed_evidence(scores, models) -%}
    {{ json_object({
        'prior': 'round(' ~ scores ~ '.prior_weight, 3)',
        'fields': as_json(scores ~ '.evidence'),
        'same_household': 'round(' ~ scores ~ '.same_household_weight, 3)',
        'threshold': 'round(' ~ models ~ '.threshold, 3)'
    }) }}
{%- endmacro %}

{# The keys that two described records share, each with how many records do and how many may, over rows of those. #}
{% macro evidence_of_keys() -%}
    to_json({'keys': list({'key': key_name, 'records': records, 'largest_block': largest_block} order by key_name)})
{%- endmacro %}

{# Whether a JSON list holds this text; null for no list. #}
{% macro json_list_contains(document, text) -%}
    json_contains({{ document }}, to_json('{{ text | replace("'", "''") }}'))
{%- endmacro %}

{# Values in their order, each once. #}
{% macro sorted_set(column) -%} list(distinct {{ column }} order by {{ column }}) {%- endmacro %}

{# Those for which the condition holds, as JSON; null where there are none. #}
{% macro json_set(column, condition) -%}
    to_json({{ sorted_set(column) }} filter (where {{ condition }}))
{%- endmacro %}

{# A JSON object of names, in their order, and what belongs to each. #}
{% macro json_object_of(name, value) -%}
    to_json(map_from_entries(list(row({{ name }}, {{ value }}) order by {{ name }})))
{%- endmacro %}
