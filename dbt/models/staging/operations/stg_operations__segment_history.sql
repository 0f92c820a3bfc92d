with source as (
    select * from {{ source('operations', 'segment_history') }}
),

renamed as (
    select
        -- ids
        customer_id,

        -- text
        segment,
        entry_reason,
        reason,

        -- timestamps
        entered_at,
        exited_at,
        last_seen_at,
        recorded_at
    from source
),

final as (
    select * from renamed
)

select * from final
