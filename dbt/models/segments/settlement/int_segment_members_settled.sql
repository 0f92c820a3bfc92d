with members as (
    select
        members.customer_id,
        members.segment,
        members.priority,
        case
            when members.is_outranked then 'outranked in its group'
            when sized.is_publishable then 'kept'
            else 'below minimum size'
        end as outcome,
        members.entered_at
    from {{ ref('int_segment_members_ranked') }} as members
    inner join {{ ref('int_segments_sized') }} as sized on members.segment = sized.segment
),

refused as (
    select
        met.customer_id,
        met.segment,
        segments.priority,
        'against personalization' as outcome,
        met.entered_at
    from {{ ref('int_segment_conditions_met') }} as met
    inner join {{ ref('int_segments_defined') }} as segments on met.segment = segments.segment
    inner join {{ ref('customer_consents') }} as consents on met.customer_id = consents.customer_id
    where consents.purpose = 'personalization' and consents.status = 'denied'
)

select * from members
union all
select * from refused
