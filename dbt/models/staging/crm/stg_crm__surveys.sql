with source as (
    select * from {{ source('raw', 'crm_surveys') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('customer_id') }} as customer_id_crm,

        -- text
        {{ blank_to_null('question') }} as question,
        {{ blank_to_null('answer') }} as answer,

        -- timestamps
        answered_at
    from source
),

final as (
    select *
    from renamed
    where answered_at <= {{ as_of() }}
)

select * from final
