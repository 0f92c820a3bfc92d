{%- set most_customer_ids = 3 -%}
with identifiers as (
    select *
    from {{ ref('int_identifiers_collected') }}
    where match_key is not null and namespace not in ('order_id', 'national_id')
),

-- a family address or a placeholder names many customers: it is nobody's identity
overused as (
    select
        shared.namespace,
        shared.match_key
    from identifiers as shared
    inner join identifiers as customers
        on shared.record_key = customers.record_key and customers.namespace = 'customer_id'
    where shared.namespace in ('email', 'phone')
    group by 1, 2
    having count(distinct customers.match_key) > {{ most_customer_ids }}
),

-- a device with more than one user, by user id or by address, says nothing about any of them
shared_visitors as (
    select source_record_id
    from identifiers
    where record_kind = 'visitor' and namespace in ('customer_id', 'email')
    group by 1
    having
        min(case when namespace = 'customer_id' then match_key end)
        <> max(case when namespace = 'customer_id' then match_key end)
        or min(case when namespace = 'email' then match_key end)
        <> max(case when namespace = 'email' then match_key end)
),

final as (
    select identifiers.*
    from identifiers
    left join overused
        on identifiers.namespace = overused.namespace
        and identifiers.match_key = overused.match_key
    left join shared_visitors
        on identifiers.source_record_id = shared_visitors.source_record_id
        and identifiers.record_kind = 'visitor'
        and identifiers.namespace <> 'visitor_id'
    where overused.match_key is null and shared_visitors.source_record_id is null
)

select * from final
