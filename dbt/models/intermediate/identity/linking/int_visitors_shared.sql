-- a device with more than one user, by user id or by address, says nothing about any of them
select
    record_key,
    count(distinct case when namespace = 'customer_id' then match_key end) as users,
    count(distinct case when namespace = 'email' then match_key end) as addresses
from {{ ref('int_identifiers_collected') }}
where record_kind = 'visitor' and namespace in ('customer_id', 'email')
group by 1
having
    greatest(
        count(distinct case when namespace = 'customer_id' then match_key end),
        count(distinct case when namespace = 'email' then match_key end)
    )
    > (select settings.most_users_per_visitor from {{ ref('stg_operations__identity_settings') }} as settings)
