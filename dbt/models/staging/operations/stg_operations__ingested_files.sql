with source as (
    select * from {{ source('quality', 'ingested_files') }}
),

renamed as (
    select
        -- ids
        file_id,

        -- text
        content_hash,
        status,

        -- timestamps
        ingested_at
    from source
),

final as (
    select * from renamed
)

select * from final
