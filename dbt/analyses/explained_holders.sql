-- one row per record of these customers and identifier that it carries
select
    records.customer_id,
    records.record_key,
    groups.group_key,
    groups.is_person,
    identifiers.namespace,
    identifiers.match_key,
    identifiers.identifier_kind,
    shared.record_key is not null and identifiers.namespace <> 'visitor_id' as is_shared_device,
    coalesce(linkable.is_overused, false) as is_overused,
    case when linkable.is_overused then {{ overuse_in_words('linkable') }} end as overuse,
    linkable.persons,
    linkable.match_weight
from {{ ref('int_identifiers_collected') }} as identifiers
inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
left join {{ ref('int_record_groups_formed') }} as groups on identifiers.record_key = groups.record_key
left join {{ ref('int_visitors_shared') }} as shared on identifiers.record_key = shared.record_key
left join {{ ref('int_identifiers_linkable') }} as linkable
    on groups.group_key = linkable.group_key
    and identifiers.namespace = linkable.namespace
    and identifiers.match_key = linkable.match_key
where
    identifiers.match_key is not null
    and identifiers.namespace <> 'order_id'
    and records.customer_id in (
        select customers.one_customer from explained_customers as customers
        union
        select customers.other_customer from explained_customers as customers
    )
