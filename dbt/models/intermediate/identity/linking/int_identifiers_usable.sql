-- what may say who a record is of: an order id names no person, and a device of several users has only itself
select identifiers.*
from {{ ref('int_identifiers_collected') }} as identifiers
left join {{ ref('int_visitors_shared') }} as shared
    on identifiers.record_key = shared.record_key and identifiers.namespace <> 'visitor_id'
where
    shared.record_key is null
    and identifiers.match_key is not null
    and identifiers.namespace <> 'order_id'
