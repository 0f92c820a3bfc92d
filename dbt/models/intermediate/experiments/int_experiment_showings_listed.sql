-- what nobody reports as an exposure, though it is one: a message or block of a variant, or an event that
-- names it
with experiments as (
    select * from {{ ref('stg_operations__experiments') }}
),

events as (
    select * from {{ ref('fct_events') }}
),

blocks as (
    select
        templates.experiment_id,
        showings.event_id,
        showings.channel,
        showings.shown_to,
        showings.variant_id,
        showings.occurred_at
    from {{ ref('int_content_events_numbered') }} as showings
    inner join {{ ref('stg_operations__experiment_templates') }} as templates
        on showings.template = templates.template
    where not showings.is_click and showings.variant_id is not null
),

shown as (
    select
        experiment_id,
        visitor_id,
        customer_id,
        variant_id,
        occurred_at
    from events
    where experiment_id is not null and variant_id is not null
    union all
    select
        experiment_id,
        null as visitor_id,
        shown_to as customer_id,
        variant_id,
        occurred_at
    from blocks
    where channel = 'email'
    union all
    select
        blocks.experiment_id,
        events.visitor_id,
        events.customer_id,
        blocks.variant_id,
        blocks.occurred_at
    from blocks
    inner join events on blocks.event_id = events.event_id
    where blocks.channel = 'site'
),

final as (
    select
        shown.experiment_id,
        case when experiments.unit = 'visitor' then shown.visitor_id else shown.customer_id end as unit_id,
        shown.variant_id,
        shown.occurred_at as shown_at
    from shown
    inner join experiments on shown.experiment_id = experiments.experiment_id
)

select * from final
where unit_id is not null
