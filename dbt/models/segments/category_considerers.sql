{{ config(meta={
    'label': 'Considers a category',
    'description': 'Viewed pages of one category at least 4 times in 30 days and bought nothing of it since.',
    'priority': 75,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'A guide to the category and its bestsellers; ask what is missing.'
}) }}
-- looking and not buying; the moment is the last view needed, of several categories the first such one
{%- set window_days = 30 %}
{%- set views_needed = 4 %}

with views as (
    select
        events.customer_id,
        coalesce(events.category, products.category) as category,
        events.occurred_at,
        row_number() over (
            partition by events.customer_id, coalesce(events.category, products.category)
            order by events.occurred_at
        ) as repetition
    from {{ ref('fct_events') }} as events
    left join {{ ref('dim_products') }} as products on events.product_id = products.product_id
    where
        events.event_name in ('view_item', 'view_item_list')
        and coalesce(events.category, products.category) is not null
        and {{ add_days('events.occurred_at', window_days) }} > {{ as_of() }}
),

candidates as (
    select
        customer_id,
        category,
        min(occurred_at) as first_viewed_at,
        min(occurred_at) filter (where repetition = {{ views_needed }}) as viewed_at
    from views
    group by 1, 2
    having count(*) >= {{ views_needed }}
),

members as (
    select
        candidates.customer_id,
        min(candidates.viewed_at) as entered_at
    from candidates
    left join {{ ref('customer_category_features') }} as features
        on candidates.customer_id = features.customer_id and candidates.category = features.category
    where coalesce(features.last_ordered_at < candidates.first_viewed_at, true)
    group by 1
)

{{ segment('members') }}
