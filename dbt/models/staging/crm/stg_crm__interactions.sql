with source as (
    select * from {{ source('raw', 'crm_interactions') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('interaction_id') }} as interaction_id,
        {{ repaired_id('customer_id') }} as customer_id_crm,

        -- text
        lower({{ blank_to_null('channel') }}) as channel,
        lower({{ blank_to_null('kind') }}) as kind,
        {{ blank_to_null('subject') }} as subject,

        -- timestamps
        occurred_at
    from source
),

final as (
    select *
    from renamed
    where occurred_at <= {{ as_of() }}
)

select * from final
