{{ config(meta={
    'label': 'Keeps coming back to a product',
    'description': 'Viewed a product more than 3 times in 7 days and has not bought it since.',
    'priority': 50,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Answer what keeps them from buying: reviews, delivery time, alternatives to that product.'
}) }}
-- a product looked at again and again; the moment is that of the last view needed, of several products the
-- first such one
{%- set window_days = 7 %}
{%- set views_needed = 4 %}

with views as (
    select
        customer_id,
        product_id,
        occurred_at,
        row_number() over (partition by customer_id, product_id order by occurred_at) as repetition
    from {{ ref('fct_events') }}
    where
        event_name = 'view_item'
        and product_id is not null
        and {{ add_days('occurred_at', window_days) }} > {{ as_of() }}
),

candidates as (
    select
        customer_id,
        product_id,
        min(occurred_at) as first_viewed_at,
        min(occurred_at) filter (where repetition = {{ views_needed }}) as viewed_at
    from views
    group by 1, 2
    having count(*) >= {{ views_needed }}
),

purchases as (
    select
        customer_id,
        product_id,
        max(ordered_at) as ordered_at
    from {{ ref('fct_order_lines') }}
    where not is_return
    group by 1, 2
),

members as (
    select
        candidates.customer_id,
        min(candidates.viewed_at) as entered_at
    from candidates
    left join purchases
        on candidates.customer_id = purchases.customer_id and candidates.product_id = purchases.product_id
    where coalesce(purchases.ordered_at < candidates.first_viewed_at, true)
    group by 1
)

{{ segment('members') }}
