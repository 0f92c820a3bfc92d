{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('event_id', ref('int_events_changed')) }}"
) }}
-- depends_on: {{ ref('int_interactions_replaced') }}
with records as (
    select * from {{ ref('int_records_resolved') }}
),

sessions as (
    select
        arrival_number,
        session_id
    from {{ ref('int_event_sessions_assigned') }}
    {{ where_changed('arrival_number', ref('int_events_changed')) }}
),

events as (
    select
        deduplicated.*,
        plan.event_name is not null as is_planned,
        {{ absent_columns('deduplicated', 'plan') }} as absent_columns,
        case
            when plan.required_keys is not null
                then {{ unfit_keys('plan.required_keys', 'deduplicated.parameters') }}
        end as unfit_keys
    from {{ ref('int_events_deduplicated') }} as deduplicated
    left join {{ ref('int_tracking_plan_summed') }} as plan on deduplicated.event_name = plan.event_name
    {{ where_changed('arrival_number', ref('int_events_changed')) }}
)

select
    events.event_id,
    events.feed,
    -- a user id on the event says more than the device, which several users may share
    coalesce(users.customer_id, visitors.customer_id) as customer_id,
    events.visitor_id_clickstream as visitor_id,
    sessions.session_id,
    events.product_id,
    events.order_id,
    events.experiment_id,
    events.variant_id,
    events.event_name,
    {{ tracking_plan_finding('events.is_planned', 'events.absent_columns', 'events.unfit_keys') }}
        as tracking_plan_finding,
    events.category,
    events.search_query,
    events.item_list_id,
    events.page_url,
    events.referrer_url,
    events.device_type,
    events.browser,
    events.operating_system,
    events.language,
    events.country,
    events.city,
    events.utm_source,
    events.utm_medium,
    events.utm_campaign,
    events.parameters,
    events.quantity,
    events.price,
    events.engagement_ms,
    events.scroll_percent,
    events.occurred_at
from events
left join sessions on events.arrival_number = sessions.arrival_number
left join records as visitors
    on events.feed = visitors.feed
    and visitors.record_kind = 'visitor'
    and events.visitor_id_clickstream = visitors.source_record_id
left join records as users
    on events.feed = users.feed
    and users.record_kind = 'user'
    and events.user_id_clickstream = users.source_record_id
