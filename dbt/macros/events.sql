{# What several models of events share. #}

{# Every column of staging that says what happened: all but those that tell how the row arrived. #}
{% macro event_content() -%}
    {{- return([
        'feed', 'visitor_id_clickstream', 'user_id_clickstream', 'session_id_clickstream', 'product_id', 'order_id',
        'experiment_id', 'variant_id', 'event_name', 'email', 'page_url', 'referrer_url', 'category', 'search_query',
        'item_list_id', 'device_type', 'browser', 'operating_system', 'language', 'country', 'city', 'utm_source',
        'utm_medium', 'utm_campaign', 'parameters', 'quantity', 'price', 'engagement_ms', 'scroll_percent'
    ]) -}}
{%- endmacro %}

{# Two steps: `paused`, each event of `relation` with the one before it, and `started`, each with the start of the
   session that pauses infer. A pause longer than the limit opens a session; one of exactly the limit does not. #}
{% macro with_inferred_start(relation, minutes) -%}
paused as (
    select
        *,
        lag(occurred_at) over (
            partition by feed, visitor_id_clickstream, session_id_clickstream order by occurred_at
        ) as previous_occurred_at
    from {{ relation }}
),

started as (
    select
        *,
        max(
            case
                when
                    previous_occurred_at is null
                    or occurred_at > {{ add_minutes('previous_occurred_at', minutes) }}
                    then occurred_at
            end
        ) over (
            partition by feed, visitor_id_clickstream, session_id_clickstream order by occurred_at
        ) as inferred_started_at
    from paused
)
{%- endmacro %}

{# A page that a search or another campaign led to is no landing of an e-mail; one that nothing is said about may be. #}
{% macro may_come_from_email() -%}
    (
        (utm_medium is null and utm_source is null)
        or lower(utm_medium) in ('email', 'e-mail', 'mail', 'newsletter')
        or lower(utm_source) like '%newsletter%'
    )
{%- endmacro %}
