{{ config(meta={
    'label': 'Bargain seekers',
    'description': 'Ordered at least 3 times, and at least half of the lines were discounted.',
    'priority': 130,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Sales, outlet and bundles; full-price novelties rarely interest them.'
}) }}
-- the moment is the last order, which settled the share: an earlier one may have settled it already
{%- set orders_needed = 3 %}
{%- set least_share = 0.5 %}

with members as (
    select
        customer_id,
        last_ordered_at as entered_at
    from {{ ref('customer_features') }}
    where
        order_count >= {{ orders_needed }}
        and discounted_line_share >= {{ least_share }}
)

{{ segment('members') }}
