with recorded as (
    select * from {{ ref('int_segment_stays_recorded') }}
),

night as (
    select
        night.as_of,
        (
            select max(nights.as_of) from {{ ref('stg_operations__segment_nights') }} as nights
            where nights.as_of < night.as_of
        ) as previous_as_of
    from {{ ref('stg_operations__current_night') }} as night
),

aliases as (
    select * from {{ ref('customer_id_aliases') }}
    where current_customer_id is not null
),

open as (
    select
        recorded.*,
        coalesce(aliases.current_customer_id, recorded.customer_id) as current_customer_id,
        memberships.customer_id is not null as is_member,
        case
            when memberships.customer_id is not null then recorded.entry_reason
            when segments.segment is null then 'segment removed'
            when aliases.customer_id is not null then 'customer merged'
            when customers.customer_id is null then 'customer gone'
            else coalesce(settled.outcome, 'condition no longer holds')
        end as outcome
    from recorded
    left join {{ ref('segment_memberships') }} as memberships
        on recorded.customer_id = memberships.customer_id and recorded.segment = memberships.segment
    left join {{ ref('int_segment_members_settled') }} as settled
        on recorded.customer_id = settled.customer_id and recorded.segment = settled.segment
    left join {{ ref('int_segments_defined') }} as segments on recorded.segment = segments.segment
    left join {{ ref('dim_customers') }} as customers on recorded.customer_id = customers.customer_id
    left join aliases on recorded.customer_id = aliases.customer_id
    where recorded.exited_at is null
),

-- of several ids that became one, each may have been in the segment
merged as (
    select
        current_customer_id as customer_id,
        segment
    from open
    where outcome = 'customer merged'
    group by 1, 2
),

-- a condition that the data dates before the last night, which yet did not see it, holds from this night on:
-- the history must give back what each night published
entries as (
    select
        memberships.customer_id,
        memberships.segment,
        case
            when night.previous_as_of is null or memberships.entered_at > night.previous_as_of
                then least(memberships.entered_at, night.as_of)
            else night.as_of
        end as entered_at,
        case when merged.segment is not null then 'customer merged' else 'condition met' end as entry_reason
    from {{ ref('segment_memberships') }} as memberships
    left join open
        on memberships.customer_id = open.customer_id and memberships.segment = open.segment
    left join merged
        on memberships.customer_id = merged.customer_id and memberships.segment = merged.segment
    cross join night
    where open.customer_id is null
)

select
    customer_id,
    segment,
    entered_at,
    exited_at,
    entry_reason,
    reason,
    last_seen_at,
    recorded_at
from recorded
where exited_at is not null
union all
select
    open.customer_id,
    open.segment,
    open.entered_at,
    case when not open.is_member then night.as_of end as exited_at,
    open.entry_reason,
    open.outcome as reason,
    case when open.is_member then night.as_of else open.last_seen_at end as last_seen_at,
    open.recorded_at
from open
cross join night
union all
select
    entries.customer_id,
    entries.segment,
    entries.entered_at,
    null as exited_at,
    entries.entry_reason,
    entries.entry_reason as reason,
    night.as_of as last_seen_at,
    night.as_of as recorded_at
from entries
cross join night
