with observed as (
    select
        records.customer_id,
        attributes.attribute,
        {{ latest_value('attributes.value', 'attributes.observed_at') }} as value
    from {{ ref('stg_enrichment__attributes') }} as attributes
    inner join {{ ref('int_records_resolved') }} as records
        on attributes.feed = records.feed
        and records.record_kind
        = case when attributes.customer_id_enrichment is null then 'email' else 'customer' end
        and coalesce(attributes.customer_id_enrichment, attributes.email) = records.source_record_id
    where attributes.attribute is not null and attributes.value is not null
    group by 1, 2
),

final as (
    select
        customer_id,
        {{ json_object_of('attribute', 'value') }} as enrichment
    from observed
    group by 1
)

select * from final
