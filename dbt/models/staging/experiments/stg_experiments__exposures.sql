with source as (
    select * from {{ source('raw', 'experiments_exposures') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ blank_to_null('experiment_id') }} as experiment_id,
        {{ blank_to_null('variant_id') }} as variant_id,
        {{ repaired_id('unit_id') }} as unit_id,

        -- timestamps
        exposed_at
    from source
),

final as (
    select *
    from renamed
    where exposed_at <= {{ as_of() }}
)

select * from final
