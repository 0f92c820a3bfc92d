{%- set texts = [
    'page_url', 'referrer_url', 'category', 'search_query', 'item_list_id', 'device_type', 'browser',
    'operating_system', 'language', 'country', 'city', 'utm_source', 'utm_medium', 'utm_campaign'
] -%}
{%- set content = [
    '_feed', 'occurred_at', 'visitor_id', 'event_name', 'session_id', 'user_id', 'email', 'product_id',
    'quantity', 'price', 'order_id', 'engagement_ms', 'scroll_percent', 'experiment_id', 'variant_id', 'parameters'
] + texts -%}
with source as (
    select * from {{ source('raw', 'clickstream_events') }}
),

renamed as (
    select
        -- ids
        {{ event_id(content) }} as event_id,
        _feed as feed,
        {{ repaired_id('visitor_id') }} as visitor_id_clickstream,
        {{ repaired_id('user_id') }} as user_id_clickstream,
        {{ repaired_id('session_id') }} as session_id_clickstream,
        {{ repaired_id('product_id') }} as product_id,
        {{ repaired_id('order_id') }} as order_id,
        {{ blank_to_null('experiment_id') }} as experiment_id,
        {{ blank_to_null('variant_id') }} as variant_id,

        -- text
        lower(trim(event_name)) as event_name,
        {{ normalized_email('email') }} as email,
        {%- for text in texts %}
        {{ blank_to_null(text) }} as {{ text }},
        {%- endfor %}
        {{ merged_parameters('parameters', '_extra') }} as parameters,

        -- numerics
        quantity,
        price,
        engagement_ms,
        scroll_percent,
        -- file and place in one number: the order of arrival, and a cheap key to join millions of rows on
        cast(_file_id as bigint) * 4294967296 + _row_number as arrival_number,
        _file_id as file_id,

        -- timestamps
        occurred_at
    from source
),

final as (
    select *
    from renamed
    where visitor_id_clickstream is not null and {{ is_seen('occurred_at') }}
)

select * from final
