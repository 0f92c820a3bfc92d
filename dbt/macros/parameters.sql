{# What a source sends about an event beyond the canonical columns: the JSON object `parameters`. A key that is not
   there, or holds another kind of value, is null: a tracker's mistake is nobody's reason to lose a night. #}

{# The value of a key as text, for conditions in models and segments: event_parameter('coupon') = 'SPRING'. #}
{% macro event_parameter(key, parameters='parameters') -%}
    json_extract_string({{ parameters }}, '$."{{ key | replace("'", "''") }}"')
{%- endmacro %}

{# The same, else what the first of GA4's items says, which writes `(not set)` for nothing. #}
{% macro event_or_item_parameter(key, parameters='parameters') -%}
    {%- set item = "json_extract_string(" ~ parameters ~ ", '$.items[0].\"" ~ (key | replace("'", "''")) ~ "\"')" -%}
    coalesce(
        {%- for value in [event_parameter(key, parameters), item] %}
        nullif({{ blank_to_null(value) }}, '(not set)'){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

{# The same as a number; null where it is none that an amount can be. #}
{% macro event_parameter_number(key, parameters='parameters') -%}
    {{ believable_number('try_cast(' ~ event_parameter(key, parameters) ~ ' as double)') }}
{%- endmacro %}

{# Null for what a sum cannot hold: nothing judges the numbers of events before models add them up. #}
{% macro believable_number(number) -%}
    case when abs({{ number }}) < 1e12 then {{ number }} end
{%- endmacro %}

{# The same as an array of JSON values, to be spread by `array_elements`; null where it is no array. #}
{% macro event_parameter_array(key, parameters='parameters') -%}
    {%- set path = "'$.\"" ~ (key | replace("'", "''")) ~ "\"'" -%}
    case
        when json_type({{ parameters }}, {{ path }}) = 'ARRAY'
            then cast(json_extract({{ parameters }}, {{ path }}) as json [])
    end
{%- endmacro %}

{# What GA4's items say was bought, whatever their order and their other keys: equal for a list that is sent again. #}
{% macro items_bought(items) -%}
    array_to_string(list_sort(list_transform({{ items }}, lambda item: concat_ws(
        chr(31)
        {%- for key in ['item_id', 'item_name', 'quantity', 'price'] %},
        coalesce({{ event_parameter(key, 'item') }}, '')
        {%- endfor %}
    ))), chr(30))
{%- endmacro %}

{% macro array_elements(array) -%} unnest({{ array }}) {%- endmacro %}

{% macro array_length(array) -%} len({{ array }}) {%- endmacro %}

{# Columns of an export that no contract knows join the event's parameters, whose own keys win. #}
{% macro merged_parameters(parameters, extra) -%}
    case
        when {{ extra }} is null then {{ parameters }}
        when {{ parameters }} is null then {{ extra }}
        else json_merge_patch({{ extra }}, {{ parameters }})
    end
{%- endmacro %}
