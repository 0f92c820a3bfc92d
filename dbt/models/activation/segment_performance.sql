{%- set window_days = 30 -%}
-- a night that is run again replaces its own rows, and one that looks back sees none of later nights
with earlier as (
    select
        segment,
        as_of,
        customers,
        orders_30_days,
        revenue_30_days,
        conversion_rate_30_days,
        email_click_rate_30_days,
        run_id
    from {{ ref('stg_operations__segment_performance') }}
    where as_of < {{ as_of() }}
),

emails as (
    select
        customer_id,
        max(case event_name when 'click' then 1 else 0 end) as is_clicker
    from {{ ref('fct_email_events') }}
    where
        event_name in ('delivered', 'click')
        and {{ add_days('occurred_at', window_days) }} > {{ as_of() }}
    group by 1
),

-- a click tells of a delivery that the export left out
measured as (
    select
        memberships.segment,
        sum(features.orders_30_days) as orders_30_days,
        {{ exact_sum('features.revenue_30_days') }} as revenue_30_days,
        avg(case when features.orders_30_days > 0 then 1 else 0 end) as conversion_rate_30_days,
        sum(emails.is_clicker) / cast(count(emails.customer_id) as double) as email_click_rate_30_days
    from {{ ref('segment_memberships') }} as memberships
    inner join {{ ref('customer_features') }} as features on memberships.customer_id = features.customer_id
    left join emails on memberships.customer_id = emails.customer_id
    group by 1
)

select * from earlier
union all
select
    segments.segment,
    night.as_of,
    segments.customers,
    cast(
        case when segments.is_published then coalesce(measured.orders_30_days, 0) end as integer
    ) as orders_30_days,
    case when segments.is_published then coalesce(measured.revenue_30_days, 0) end as revenue_30_days,
    measured.conversion_rate_30_days,
    measured.email_click_rate_30_days,
    night.run_id
from {{ ref('segments') }} as segments
left join measured on segments.segment = measured.segment
cross join {{ ref('stg_operations__current_night') }} as night
