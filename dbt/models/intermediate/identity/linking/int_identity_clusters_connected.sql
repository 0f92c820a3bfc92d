with settled as (
    select
        settled.group_key,
        coalesce(stranded.customer_key, settled.customer_key) as customer_key,
        count(*) over (partition by coalesce(stranded.customer_key, settled.customer_key)) as groups
    from {{ ref('int_groups_settled') }} as settled
    left join {{ ref('int_groups_stranded') }} as stranded on settled.group_key = stranded.group_key
),

-- records that something tells from others; where all that they carry is many people's they are one with
-- nobody, not even with those that carry the same
told as (
    select distinct identifiers.record_key
    from {{ ref('int_identifiers_usable') }} as identifiers
    inner join {{ ref('int_record_groups_formed') }} as groups on identifiers.record_key = groups.record_key
    left join {{ ref('int_identifiers_linkable') }} as linkable
        on groups.group_key = linkable.group_key
        and identifiers.namespace = linkable.namespace
        and identifiers.match_key = linkable.match_key
    left join {{ ref('stg_operations__identity_shared_values') }} as shared_values
        on identifiers.namespace = shared_values.identifier_kind
        and identifiers.match_key = shared_values.identifier_value
    where shared_values.identifier_value is null and not coalesce(linkable.is_overused, false)
),

placed as (
    select
        groups.record_key,
        settled.customer_key,
        case when settled.groups = 1 and told.record_key is null then groups.record_key else '' end
            as loner_key
    from {{ ref('int_record_groups_formed') }} as groups
    inner join settled on groups.group_key = settled.group_key
    left join told on groups.record_key = told.record_key
),

-- by a join, since a window over as many small groups takes longer
firsts as (
    select
        customer_key,
        loner_key,
        min(record_key) as cluster_key
    from placed
    group by 1, 2
),

final as (
    select
        placed.record_key,
        firsts.cluster_key
    from placed
    inner join firsts
        on placed.customer_key = firsts.customer_key and placed.loner_key = firsts.loner_key
)

select * from final
