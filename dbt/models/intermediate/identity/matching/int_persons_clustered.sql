with links as (
    select * from {{ ref('int_person_links_weighed') }}
),

members as (
    select
        component,
        left_id as node
    from links
    union
    select
        component,
        right_id as node
    from links
),

sizes as (
    select
        component,
        count(*) as records
    from members
    group by 1
),

-- where every pair matches there is nothing to weigh
plain as (
    select links.component
    from links
    inner join sizes on links.component = sizes.component
    cross join {{ ref('stg_operations__identity_settings') }} as settings
    group by 1
    having
        min(links.units) > 0
        and count(*) = max(sizes.records * (sizes.records - 1) // 2)
        and max(sizes.records) <= max(settings.largest_cluster)
),

edges as materialized (
    select
        left_id,
        right_id,
        units
    from links
    where component not in (select plain.component from plain)
),

nodes as materialized (
    select
        node,
        1 as weight
    from members
    where component not in (select plain.component from plain)
),

weighed as (
    {{ average_linkage('edges', 'nodes', missing_units=linkage_missing_units(),
        largest_weight='(select settings.largest_cluster from ' ~ ref('stg_operations__identity_settings')
        ~ ' as settings)') }}
),

labelled as (
    select
        node,
        label
    from weighed
    union all
    select
        members.node,
        members.component as label
    from members
    inner join plain on members.component = plain.component
),

final as (
    select
        persons.record_key,
        persons.person_id,
        min(persons.record_key) over (partition by coalesce(labelled.label, persons.person_id)) as cluster_key
    from {{ ref('int_persons_prepared') }} as persons
    left join labelled on persons.person_id = labelled.node
)

select * from final
