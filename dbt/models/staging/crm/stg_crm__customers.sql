with source as (
    select * from {{ source('raw', 'crm_customers') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('customer_id') }} as customer_id_crm,
        {{ repaired_id('loyalty_id') }} as loyalty_id_crm,
        {{ blank_to_null('national_id') }} as national_id,

        -- text
        {{ blank_to_null('first_name') }} as first_name,
        {{ blank_to_null('last_name') }} as last_name,
        {{ normalized_email('email') }} as email,
        {{ blank_to_null('phone') }} as phone,
        {{ blank_to_null('street_address') }} as street_address,
        {{ blank_to_null('city') }} as city,
        {{ blank_to_null('region') }} as region,
        {{ blank_to_null('postal_code') }} as postal_code,
        {{ blank_to_null('country') }} as country,
        {{ blank_to_null('birth_date') }} as birth_date,
        {{ blank_to_null('gender') }} as gender,
        {{ blank_to_null('income_band') }} as income_band,
        {{ blank_to_null('loyalty_tier') }} as loyalty_tier,

        -- numerics
        _file_id as file_id,
        _row_number as file_row_number,

        -- timestamps
        created_at,
        updated_at
    from source
),

seen as (
    select
        *,
        row_number() over (
            partition by feed, customer_id_crm
            order by updated_at desc nulls last, file_id desc, file_row_number desc
        ) as version_rank
    from renamed
    where customer_id_crm is not null and {{ is_seen('coalesce(updated_at, created_at)') }}
),

final as (
    select {{ all_but(['version_rank']) }}
    from seen
    where version_rank = 1
)

select * from final
