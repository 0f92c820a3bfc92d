{# Holding events against the tracking plan, in one pass over millions of them: a join on the name of the event, a
   number whose bits are columns, and JSON only where the plan asks for a key of `parameters`. #}

{# Column of clickstream/events -> its name in int_events_deduplicated. A column's place is its bit; those that plans
   ask for most stand first. #}
{% macro planned_columns() -%}
    {{ return({
        'product_id': 'product_id', 'order_id': 'order_id', 'search_query': 'search_query', 'price': 'price',
        'quantity': 'quantity', 'category': 'category', 'item_list_id': 'item_list_id',
        'user_id': 'user_id_clickstream', 'email': 'email', 'session_id': 'session_id_clickstream',
        'page_url': 'page_url', 'referrer_url': 'referrer_url', 'engagement_ms': 'engagement_ms',
        'scroll_percent': 'scroll_percent', 'device_type': 'device_type', 'browser': 'browser',
        'operating_system': 'operating_system', 'language': 'language', 'country': 'country', 'city': 'city',
        'utm_source': 'utm_source', 'utm_medium': 'utm_medium', 'utm_campaign': 'utm_campaign',
        'experiment_id': 'experiment_id', 'variant_id': 'variant_id'
    }) }}
{%- endmacro %}

{# The keys of an event's plan: (name, kind) one after the other. #}
{% macro planned_keys(name, kind) -%}
    list({'name': {{ name }}, 'kind': {{ kind }}} order by {{ name }})
{%- endmacro %}

{# The bit of the column that a row of the plan asks for; 0 for a key of `parameters`. #}
{% macro planned_column_bit(parameter) -%}
    case {{ parameter }}
        {%- for name in planned_columns() %}
        when '{{ name }}' then {{ 2 ** loop.index0 }}
        {%- endfor %}
        else 0
    end
{%- endmacro %}

{# The columns that the plan asks for and the event lacks, as bits. An event that lists items names its products.
   Most events are asked for nothing, and most others for the first eight alone: the rest is looked at only then. #}
{% macro absent_columns(events, plan) -%}
    {%- set often = 8 -%}
    case
        when coalesce({{ plan }}.required_columns, 0) = 0 then 0
        else
        {%- for name, column in planned_columns().items() %}
            {%- set bit = 2 ** loop.index0 %}
            {%- if loop.index0 == often %}
            + case when {{ plan }}.required_columns < {{ bit }} then 0 else
            {%- endif %}
            {{ '+ ' if loop.index0 not in (0, often) }}case
                when {{ plan }}.required_columns & {{ bit }} = 0 or {{ events }}.{{ column }} is not null then 0
                {%- if name == 'product_id' %}
                when {{ event_parameter_array('items', events ~ '.parameters') }} is not null then 0
                {%- endif %}
                else {{ bit }}
            end
        {%- endfor %}
            end
    end
{%- endmacro %}

{# The keys that the plan asks for and the event lacks, or carries as another kind of value: findings as in
   `tracking_plan_finding`. Text that reads as a number or as true or false is one: CSV knows nothing else. #}
{% macro unfit_keys(keys, parameters) -%}
    {%- set path = "'$.\"' || key.name || '\"'" -%}
    {%- set kind = 'json_type(' ~ parameters ~ ', ' ~ path ~ ')' -%}
    {%- set text = 'json_extract_string(' ~ parameters ~ ', ' ~ path ~ ')' -%}
    array_to_string(list_transform(
        list_filter({{ keys }}, lambda key: not coalesce(case key.kind
            when 'any' then {{ text }} is not null
            when 'text' then {{ kind }} = 'VARCHAR'
            when 'number' then try_cast({{ text }} as double) is not null
            when 'boolean' then lower({{ text }}) in ('true', 'false')
            else {{ kind }} = upper(key.kind)
        end, false)),
        lambda key: case when {{ text }} is null then 'missing_parameter ' else 'wrong_type ' end || key.name
    ), '; ')
{%- endmacro %}

{# What is wrong with an event, by the plan: `unknown_event`, or one finding and parameter after the other, as
   `missing_parameter order_id; wrong_type value`; null where nothing is. #}
{% macro tracking_plan_finding(is_planned, absent_columns, unfit_keys) -%}
    case
        when not {{ is_planned }} then 'unknown_event'
        when {{ absent_columns }} = 0 then nullif({{ unfit_keys }}, '')
        else concat_ws(
            '; '
            {%- for name in planned_columns() %},
            case when {{ absent_columns }} & {{ 2 ** loop.index0 }} <> 0 then 'missing_parameter {{ name }}' end
            {%- endfor %},
            nullif({{ unfit_keys }}, '')
        )
    end
{%- endmacro %}
