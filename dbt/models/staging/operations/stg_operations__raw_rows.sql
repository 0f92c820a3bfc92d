with source as (
    select * from {{ source('operations', 'raw_rows') }}
),

final as (
    select
        feed,
        canonical_table,
        row_count
    from source
)

select * from final
