with stated as (
    select
        records.customer_id,
        preferences.preference,
        {{ sorted_set('preferences.value') }} as preferred_values
    from {{ ref('stg_crm__preferences') }} as preferences
    inner join {{ ref('int_records_resolved') }} as records
        on preferences.feed = records.feed
        and records.record_kind = 'customer'
        and preferences.customer_id_crm = records.source_record_id
    where preferences.preference is not null and preferences.value is not null
    group by 1, 2
),

final as (
    select
        customer_id,
        {{ json_object_of('preference', 'preferred_values') }} as stated_preferences
    from stated
    group by 1
)

select * from final
