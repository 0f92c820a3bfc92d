{{ config(meta={
    'label': 'Affluent Londoners',
    'description': 'Known customers of Greater London, 35 to 54 years old, of the highest income band. Nobody unless privacy.yml switches age and income_band on.',
    'priority': 120,
    'exclusive_group': none,
    'minimum_size': 5,
    'content_strategy': 'The range of the London shops and services there; premium lines.'
}) }}
-- who somebody is holds since they are known: the data does not tell when it was learnt. A group so narrow
-- might point at persons, hence the minimum size
{%- set regions = ['Greater London'] %}
{%- set age_bands = ['35_44', '45_54'] %}
{%- set income_bands = ['over 80k'] %}

with members as (
    select
        customer_id,
        first_seen_at as entered_at
    from {{ ref('customer_features') }}
    where
        {{ may_go_by(['age', 'income_band']) }}
        and is_known
        and region in {{ one_of(regions) }}
        and age_band in {{ one_of(age_bands) }}
        and income_band in {{ one_of(income_bands) }}
)

{{ segment('members') }}
