with source as (
    select * from {{ source('operations', 'changed_files') }}
),

renamed as (
    select
        -- ids
        file_id,

        -- booleans
        is_added
    from source
),

final as (
    select * from renamed
)

select * from final
