with source as (
    select * from {{ source('raw', 'crm_preferences') }}
),

renamed as (
    select
        -- ids
        _feed as feed,
        {{ repaired_id('customer_id') }} as customer_id_crm,

        -- text
        lower(trim(preference)) as preference,
        trim(value) as value,

        -- numerics
        _file_id as file_id,
        _row_number as file_row_number,

        -- timestamps
        updated_at
    from source
),

-- a preference may hold several values: all those of its latest version, which may come in several files;
-- where nothing says when it was stated, its latest file does
seen as (
    select
        *,
        rank() over (
            partition by feed, customer_id_crm, preference
            order by updated_at desc nulls last, case when updated_at is null then file_id end desc
        ) as version_rank,
        row_number() over (
            partition by feed, customer_id_crm, preference, value
            order by updated_at desc nulls last, file_id desc, file_row_number desc
        ) as value_rank
    from renamed
    where customer_id_crm is not null and {{ is_seen('updated_at') }}
),

final as (
    select {{ all_but(['version_rank', 'value_rank']) }}
    from seen
    where version_rank = 1 and value_rank = 1
)

select * from final
