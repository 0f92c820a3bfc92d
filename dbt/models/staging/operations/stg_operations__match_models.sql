with source as (
    select * from {{ source('operations', 'match_models') }}
),

renamed as (
    select
        -- ids
        model_version,

        -- numerics
        records,

        -- text
        fields,

        -- numerics
        target_precision,
        match_probability,
        block_size,
        broad_block_size,
        match_share,
        household_share,
        threshold,
        estimated_precision,
        estimated_recall,

        -- text
        weights
    from source
),

final as (
    select * from renamed
)

select * from final
