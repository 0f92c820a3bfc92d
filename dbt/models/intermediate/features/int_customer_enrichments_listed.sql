-- a provider names a person by customer id, else by address; a number alone means who alone has it
with attributes as (
    select
        *,
        case when customer_id_enrichment is null then 'email' else 'customer' end as record_kind,
        coalesce(customer_id_enrichment, email) as source_record_id,
        case when customer_id_enrichment is null and email is null then {{ normalized_phone('phone') }} end
            as phone_alone
    from {{ ref('stg_enrichment__attributes') }}
    where attribute is not null and value is not null
),

phones as (
    select
        identifiers.identifier_value,
        coalesce(identifiers.match_key, identifiers.identifier_value) as match_key,
        records.customer_id
    from {{ ref('int_identifiers_collected') }} as identifiers
    inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
    where identifiers.namespace = 'phone'
),

named as (
    select distinct
        identifier_value,
        match_key
    from phones
    where identifier_value in (select attributes.phone_alone from attributes)
),

holders as (
    select
        named.identifier_value,
        min(phones.customer_id) as customer_id
    from named
    inner join phones on named.match_key = phones.match_key
    group by 1
    having min(phones.customer_id) = max(phones.customer_id)
),

described as (
    select
        coalesce(records.customer_id, holders.customer_id) as customer_id,
        attributes.attribute,
        {{ latest_value('attributes.value', 'attributes.observed_at') }} as value
    from attributes
    left join {{ ref('int_records_resolved') }} as records
        on attributes.feed = records.feed
        and attributes.record_kind = records.record_kind
        and attributes.source_record_id = records.source_record_id
    left join holders on attributes.phone_alone = holders.identifier_value
    group by 1, 2
),

final as (
    select
        customer_id,
        {{ json_object_of('attribute', 'value') }} as enrichment
    from described
    where customer_id is not null
    group by 1
)

select * from final
