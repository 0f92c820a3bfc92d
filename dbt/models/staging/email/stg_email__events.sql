{%- set content = [
    '_feed', 'occurred_at', 'event_name', 'email', 'customer_id', 'campaign_id', 'campaign_kind', 'message_id',
    'url'
] -%}
with source as (
    select * from {{ source('raw', 'email_events') }}
),

renamed as (
    select
        -- ids
        {{ event_id(content) }} as event_id,
        _feed as feed,
        {{ repaired_id('customer_id') }} as customer_id_email,
        {{ repaired_id('campaign_id') }} as campaign_id,
        {{ repaired_id('message_id') }} as message_id,

        -- text
        {{ email_event_name('event_name') }} as event_name,
        {{ normalized_email('email') }} as email,
        lower({{ blank_to_null('campaign_kind') }}) as campaign_kind,
        {{ blank_to_null('url') }} as url,

        -- numerics
        _file_id as file_id,
        _row_number as file_row_number,

        -- timestamps
        occurred_at
    from source
),

final as (
    select *
    from renamed
    where occurred_at <= {{ as_of() }}
)

select * from final
