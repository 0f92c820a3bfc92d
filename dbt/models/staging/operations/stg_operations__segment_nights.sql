with source as (
    select * from {{ source('operations', 'segment_nights') }}
),

renamed as (
    select as_of
    from source
),

final as (
    select * from renamed
)

select * from final
