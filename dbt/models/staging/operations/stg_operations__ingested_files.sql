with source as (
    select * from {{ source('quality', 'ingested_files') }}
),

renamed as (
    select
        -- ids
        file_id,

        -- text
        source || '/' || source_table as feed,
        canonical_table,
        content_hash,
        status,

        -- numerics
        rows_in,
        rows_loaded,
        rows_rejected,

        -- timestamps
        ingested_at
    from source
),

final as (
    select * from renamed
)

select * from final
