with source as (
    select * from {{ source('operations', 'recommendation_nights') }}
),

renamed as (
    select
        -- ids
        model_version,
        run_id,

        -- text
        list_name,
        strategy,

        -- timestamps
        shown_from
    from source
),

final as (
    select * from renamed
)

select * from final
