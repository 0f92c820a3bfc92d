{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('session_id', ref('int_events_changed')) }}"
) }}
-- where a session came from is what its first event that knows it says; whose it is, what its last event says
with sessions as (
    select
        session_id,
        any_value(feed) as feed,
        any_value(visitor_id) as visitor_id,
        max_by(customer_id, row(occurred_at, event_id)) as customer_id,
        {%- for column in [
            'device_type', 'country', 'city', 'utm_source', 'utm_medium', 'utm_campaign', 'page_url',
            'referrer_url'
        ] %}
        {{ first_told(column) }} as {{ column }},
        {%- endfor %}
        {{ visited_paths() }} as paths,
        {{ count_of_events(['page_view']) }} as page_view_count,
        {{ count_of_events(['view_item']) }} as product_view_count,
        {{ count_of_events(['view_item_list']) }} as category_view_count,
        {{ count_of_events(['add_to_cart']) }} as cart_add_count,
        {{ count_of_events(['purchase']) }} as purchase_count,
        {{ count_of_events(['search', 'view_search_results']) }} as search_count,
        {{ count_of_events(['view_cart', 'begin_checkout', 'add_shipping_info', 'add_payment_info']) }}
            as checkout_count,
        count(*) filter (where event_name not in {{ automatic_events() }}) as action_count,
        count(*) as event_count,
        coalesce(sum(engagement_ms), 0) / 1000.0 as engagement_seconds,
        max(scroll_percent) as max_scroll_percent,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from {{ ref('fct_events') }}
    {{ where_changed('session_id', ref('int_events_changed')) }}
    group by session_id
),

-- who is led from a page of the site to another was on it already
referred as (
    select
        *,
        {{ without_repetitions('paths') }} as pages,
        {{ host_of('page_url') }} as own_host,
        {{ host_of('referrer_url') }} as referrer_host,
        {{ campaign_word('utm_source') }} as source_word,
        {{ campaign_word('utm_medium') }} as medium_word
    from sessions
),

described as (
    select
        *,
        case when not {{ is_own_host('referrer_host', 'own_host') }} then referrer_host end as foreign_host
    from referred
)

select
    session_id,
    feed,
    visitor_id,
    customer_id,
    device_type,
    country,
    city,
    utm_source,
    utm_medium,
    utm_campaign,
    foreign_host as referrer_host,
    {{ channel_of('source_word', 'medium_word', 'foreign_host') }} as channel,
    {{ first_of('pages') }} as entry_page,
    {{ last_of('pages') }} as exit_page,
    {{ json_of_first(50, 'pages') }} as page_path,
    -- a step towards an order, or products looked at twice or more that are half of all pages or more
    case
        when
            cart_add_count + checkout_count + purchase_count > 0
            or (
                product_view_count >= 2
                and 2 * product_view_count >= page_view_count + product_view_count + category_view_count
            ) then 'transactional'
        else 'informational'
    end as intent,
    {{ daypart('started_at') }} as daypart,
    event_count,
    page_view_count,
    product_view_count,
    category_view_count,
    cart_add_count,
    purchase_count,
    search_count,
    cast({{ seconds_between('started_at', 'ended_at') }} as integer) as duration_seconds,
    cast(engagement_seconds as double) as engagement_seconds,
    cast(max_scroll_percent as integer) as max_scroll_percent,
    -- one page and nothing else
    action_count = 1 and page_view_count + product_view_count + category_view_count = 1 as is_bounce,
    started_at,
    ended_at
from described
