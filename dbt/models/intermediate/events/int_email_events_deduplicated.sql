with events as (
    select
        *,
        case when customer_id_email is not null then 'customer' else 'email' end as record_kind,
        coalesce(customer_id_email, email) as source_record_id,
        row_number() over (partition by event_id order by file_id, file_row_number) as repetition
    from {{ ref('stg_email__events') }}
),

final as (
    select {{ all_but(['repetition']) }}
    from events
    where repetition = 1 and source_record_id is not null
)

select * from final
