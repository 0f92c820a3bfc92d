-- a row per record that a name of `asked_names` (place, name) can mean; one with none for an id without any
with records as (
    select
        resolved.record_key,
        resolved.source_record_id,
        resolved.customer_id,
        described.record_key is not null as is_described
    from {{ ref('int_records_resolved') }} as resolved
    left join {{ ref('int_persons_prepared') }} as described on resolved.record_key = described.record_key
),

ids as (
    select
        customer_id,
        current_customer_id
    from {{ ref('customer_id_aliases') }}
    union
    select
        customer_id,
        customer_id as current_customer_id
    from records
),

meant as (
    select
        asked.place,
        'record' as meaning,
        records.record_key,
        records.customer_id,
        records.is_described
    from asked_names as asked
    inner join records on asked.name = records.record_key
    union all
    select
        asked.place,
        'customer' as meaning,
        records.record_key,
        records.customer_id,
        records.is_described
    from asked_names as asked
    inner join ids on asked.name = ids.customer_id
    left join records on ids.current_customer_id = records.customer_id
    union all
    select
        asked.place,
        'source id' as meaning,
        records.record_key,
        records.customer_id,
        records.is_described
    from asked_names as asked
    inner join records on asked.name = records.source_record_id
)

-- of a customer's records the one that the id was given for, else one that describes them
select
    meant.place,
    meant.meaning,
    meant.record_key,
    meant.customer_id
from meant
inner join asked_names as asked on meant.place = asked.place
order by
    meant.place,
    case meant.meaning when 'record' then 1 when 'customer' then 2 else 3 end,
    coalesce(asked.name = {{ own_customer_id('meant.record_key') }}, false) desc,
    coalesce(meant.is_described, false) desc,
    meant.record_key
