{{ config(meta={
    'label': 'High intent',
    'description': 'Looked at products and filled a cart without buying this week.',
    'priority': 30,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Show the products looked at, with stock and delivery time.'
}) }}
-- more than three product views and a cart, and no purchase, within the window
{%- set window_days = 7 %}
{%- set views_needed = 4 %}

with events as (
    {{ repeated_events(['view_item', 'add_to_cart', 'purchase'], window_days) }}
),

intents as (
    select
        customer_id,
        min(occurred_at) filter (
            where event_name = 'view_item' and repetition = {{ views_needed }}
        ) as viewed_at,
        min(occurred_at) filter (where event_name = 'add_to_cart') as added_at,
        count(*) filter (where event_name = 'purchase') as purchases
    from events
    group by 1
),

buyers as (
    select customer_id
    from {{ ref('fct_orders') }}
    where not is_return and {{ add_days('ordered_at', window_days) }} > {{ as_of() }}
    group by 1
),

members as (
    select
        intents.customer_id,
        greatest(intents.viewed_at, intents.added_at) as entered_at
    from intents
    left join buyers on intents.customer_id = buyers.customer_id
    where
        intents.viewed_at is not null
        and intents.added_at is not null
        and intents.purchases = 0
        and buyers.customer_id is null
)

{{ segment('members') }}
