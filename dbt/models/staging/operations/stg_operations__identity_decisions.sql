with source as (
    select * from {{ source('operations', 'identity_decisions') }}
),

renamed as (
    select
        -- ids
        left_record,
        right_record,

        -- text
        decision,
        decided_by,
        note,

        -- numerics
        line,

        -- timestamps
        decided_at
    from source
),

final as (
    select * from renamed
)

select * from final
