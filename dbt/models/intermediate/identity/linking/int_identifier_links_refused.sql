-- identifiers that records share and that say nothing of whether they are one customer
with overused as (
    select
        {{ first_of_group('linkable.record_key', 'linkable.identifier_kind') }}
            over (partition by linkable.namespace, linkable.match_key) as one_record,
        linkable.record_key as other_record,
        'identifier overused' as reason,
        {{ overuse_in_words('linkable') }} as detail,
        cast(null as double) as match_weight
    from {{ ref('int_identifiers_linkable') }} as linkable
    where linkable.is_overused
),

-- what a device of several users carries, with the first record that has it too
own_identifiers as (
    select
        identifiers.record_key,
        identifiers.namespace,
        identifiers.match_key,
        shared.users,
        shared.addresses
    from {{ ref('int_identifiers_collected') }} as identifiers
    left join {{ ref('int_visitors_shared') }} as shared on identifiers.record_key = shared.record_key
    where identifiers.namespace not in ('visitor_id', 'order_id') and identifiers.match_key is not null
),

devices as (
    select
        min(theirs.record_key) as one_record,
        devices.record_key as other_record,
        'device of several users' as reason,
        max(devices.users) || ' users, ' || max(devices.addresses) || ' addresses' as detail,
        cast(null as double) as match_weight
    from own_identifiers as devices
    inner join own_identifiers as theirs
        on devices.namespace = theirs.namespace
        and devices.match_key = theirs.match_key
        and theirs.users is null
    where devices.users is not null
    group by devices.record_key, devices.namespace, devices.match_key
),

final as (
    select * from overused
    union
    select * from devices
)

select * from final
