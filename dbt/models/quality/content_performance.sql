with showings as (
    select distinct
        showing_id,
        campaign,
        template,
        variant_id,
        channel,
        cast(shown_at as date) as shown_date
    from {{ ref('int_content_events_numbered') }}
),

clicked as (
    select distinct showing_id
    from {{ ref('int_content_clicks_gathered') }}
),

converted as (
    select
        showing_id,
        count(*) as orders,
        {{ exact_sum('revenue') }} as revenue
    from {{ ref('int_content_orders_attributed') }}
    group by 1
)

select
    showings.campaign,
    showings.template,
    showings.variant_id,
    showings.channel,
    showings.shown_date,
    count(*) as shown,
    count(clicked.showing_id) as clicked,
    count(converted.showing_id) as converted,
    cast(coalesce(sum(converted.orders), 0) as bigint) as orders,
    coalesce({{ exact_sum('converted.revenue') }}, 0) as revenue
from showings
left join clicked on showings.showing_id = clicked.showing_id
left join converted on showings.showing_id = converted.showing_id
group by 1, 2, 3, 4, 5
