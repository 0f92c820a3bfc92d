-- a star a value: its first record to each other one, so that n records cost n - 1 edges; a visitor who
-- clicked comes first only among their like, so that what others share is not taken for a click
with linkable as (
    select * from {{ ref('int_identifiers_linkable') }}
),

hubs as (
    select
        namespace,
        match_key,
        min_by(record_key, row(identifier_kind = 'email_click', record_key)) as left_record
    from linkable
    group by 1, 2
    having min(record_key) <> max(record_key)
),

final as (
    select
        hubs.left_record,
        linkable.record_key as right_record,
        case linkable.identifier_kind
            when 'visitor_id' then 'visitor'
            else linkable.identifier_kind
        end as rule
    from linkable
    inner join hubs
        on linkable.namespace = hubs.namespace and linkable.match_key = hubs.match_key
    where linkable.record_key <> hubs.left_record
    group by 1, 2, 3
)

select * from final
