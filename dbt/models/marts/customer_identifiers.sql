-- by whichever of them somebody decides, asks or buys, it is this customer
select distinct
    records.customer_id,
    identifiers.namespace,
    identifiers.identifier_value,
    coalesce(identifiers.match_key, identifiers.identifier_value) as match_key
from {{ ref('int_identifiers_collected') }} as identifiers
inner join {{ ref('int_records_resolved') }} as records on identifiers.record_key = records.record_key
where identifiers.namespace in ('email', 'phone')
