-- no line of a look back: what it does not see yet has not vanished
with moved as (
    select * from {{ ref('int_customer_ids_moved') }}
    where not exists (
        select 1 from {{ ref('stg_operations__current_build') }} as build
        where build.is_look_back
    )
),

edge_ends as (
    select
        left_record as record_key,
        right_record as other_record,
        rule
    from {{ ref('int_identity_edges_matched') }}
    union all
    select
        right_record as record_key,
        left_record as other_record,
        rule
    from {{ ref('int_identity_edges_matched') }}
),

-- links from records of one customer to what was not theirs
links as (
    select
        moved.previous_customer_id,
        moved.customer_id,
        min_by(edges.rule, {{ rule_rank('edges.rule') }}) as rule
    from moved
    inner join edge_ends as edges on moved.record_key = edges.record_key
    left join moved as others
        on edges.other_record = others.record_key and moved.previous_customer_id = others.previous_customer_id
    where others.record_key is null
    group by 1, 2
),

left_by_some as (
    select distinct previous_customer_id from moved
    where has_vanished
),

lines as (
    select
        'merged' as change,
        moved.customer_id,
        moved.own_customer_id as previous_customer_id,
        case
            when moved.previous_customer_id = moved.own_customer_id
                then coalesce('joined by ' || replace(links.rule, '_', ' '), 'joined')
            else 'followed its record'
        end as reason
    from moved
    left join links
        on moved.previous_customer_id = links.previous_customer_id and moved.customer_id = links.customer_id
    where
        moved.has_named_customer
        and moved.customer_id <> moved.own_customer_id
        and (
            moved.previous_customer_id = moved.own_customer_id
            or moved.customer_id is distinct from moved.expected_customer_id
        )
    union all
    select distinct
        'split' as change,
        moved.customer_id,
        moved.previous_customer_id,
        case
            when left_by_some.previous_customer_id is null then 'parted: nothing links them any more'
            else 'parted: one of their records vanished'
        end as reason
    from moved
    left join left_by_some on moved.previous_customer_id = left_by_some.previous_customer_id
    where
        moved.is_there
        and moved.previous_customer_id is not null
        and moved.customer_id is distinct from moved.previous_customer_id
        and moved.customer_id is distinct from moved.expected_customer_id
    union all
    select
        case when customer_id is null then 'tombstoned' else 'restored' end as change,
        own_customer_id as customer_id,
        cast(null as {{ text_type() }}) as previous_customer_id,
        case when customer_id is null then 'its records vanished' else 'its records came back' end as reason
    from moved
    where
        (customer_id is null and previous_customer_id = own_customer_id)
        or (customer_id = own_customer_id and previous_customer_id is null and has_named_customer)
)

select * from lines
