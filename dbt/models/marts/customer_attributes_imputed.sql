{%- set traits = {
    'first_name': 'lower(first_name)', 'city': 'city', 'region': 'region', 'postal_code': 'postal_code',
    'country': 'country', 'gender': 'gender', 'income_band': 'income_band', 'loyalty_tier': 'loyalty_tier',
    'birth_year': birth_year('birth_date'), 'age_band': 'left(' ~ birth_year('birth_date') ~ ', 3)'
} -%}
with rules as (
    select * from {{ ref('stg_operations__imputation_rules') }}
),

asked as (
    select attribute as trait from rules
    union
    select known as trait from rules
),

targets as (
    select distinct
        attribute,
        method
    from rules
),

customers as (
    select * from {{ ref('dim_customers') }}
    where is_known
),

traits as (
    {%- for trait, value in traits.items() %}
    select
        customers.customer_id,
        asked.trait,
        {{ value }} as value
    from customers
    inner join asked on asked.trait = '{{ trait }}'
    where {{ value }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

missing as (
    select
        customers.customer_id,
        targets.attribute,
        targets.method
    from customers
    cross join targets
    left join traits on customers.customer_id = traits.customer_id and targets.attribute = traits.trait
    where traits.customer_id is null
),

by_group as (
    {{ imputed_by_group() }}
),

by_model as (
    {{ imputed_by_model() }}
),

final as (
    select * from by_group
    union all
    select * from by_model
)

select
    customer_id,
    attribute,
    value,
    method,
    confidence
from final
