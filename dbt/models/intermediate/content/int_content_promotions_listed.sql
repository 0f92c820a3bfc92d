-- GA4 tells of a promotion beside the event or in its items, Segment calls the creative otherwise
with promotions as (
    select
        *,
        coalesce(
            {{ event_or_item_parameter('promotion_id') }},
            {{ event_or_item_parameter('promotion_name') }}
        ) as campaign,
        coalesce(
            {{ event_or_item_parameter('creative_name') }},
            {{ blank_to_null(event_parameter('creative')) }}
        ) as template
    from {{ ref('fct_events') }}
    where event_name in ('view_promotion', 'select_promotion')
)

select
    event_id,
    'site' as channel,
    feed,
    coalesce(customer_id, visitor_id) as shown_to,
    cast(null as {{ text_type() }}) as message_id,
    campaign,
    template,
    coalesce(variant_id, {{ blank_to_null(event_parameter('variant_id')) }}) as variant_id,
    event_name = 'select_promotion' as is_click,
    occurred_at
from promotions
where campaign is not null or template is not null
