with source as (
    select * from {{ source('raw', 'context_exchange_rates') }}
),

renamed as (
    select
        -- ids
        _feed as feed,

        -- text
        {{ currency_code('currency') }} as currency,

        -- numerics
        rate_to_base,
        _file_id as file_id,
        _row_number as file_row_number,

        -- timestamps
        rate_date
    from source
),

seen as (
    select
        *,
        row_number() over (
            partition by currency, rate_date order by file_id desc, file_row_number desc
        ) as version_rank
    from renamed
    where rate_date <= {{ as_of() }}
),

final as (
    select {{ all_but(['version_rank']) }}
    from seen
    where version_rank = 1
)

select * from final
