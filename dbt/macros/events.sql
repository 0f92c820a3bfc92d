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

{# A page that a search or another campaign led to is no landing of an e-mail; one that nothing is said about may be. #}
{% macro may_come_from_email() -%}
    (
        (utm_medium is null and utm_source is null)
        or lower(utm_medium) in ('email', 'e-mail', 'mail', 'newsletter')
        or lower(utm_source) like '%newsletter%'
    )
{%- endmacro %}
