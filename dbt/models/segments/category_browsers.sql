{{ config(meta={
    'label': 'Browsers',
    'description': 'Looked at category pages in the last 7 days and at no product.',
    'priority': 150,
    'exclusive_group': none,
    'minimum_size': 1,
    'content_strategy': 'Help to choose: bestsellers and guides of the categories looked at.'
}) }}
-- category pages and no product within the window; the moment is that of the first page in it
{%- set window_days = 7 %}
{%- set pages_needed = 1 %}

with pages as (
    {{ repeated_events(['view_item_list', 'view_item'], window_days) }}
),

members as (
    select
        customer_id,
        min(occurred_at) filter (
            where event_name = 'view_item_list' and repetition = {{ pages_needed }}
        ) as entered_at
    from pages
    group by 1
    having
        count(*) filter (where event_name = 'view_item_list') >= {{ pages_needed }}
        and count(*) filter (where event_name = 'view_item') = 0
)

{{ segment('members') }}
