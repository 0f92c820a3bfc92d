{%- set attributes = [
    'first_name', 'last_name', 'city', 'region', 'postal_code', 'country', 'birth_date', 'gender',
    'income_band', 'loyalty_tier', 'phone'
] -%}
with records as (
    select * from {{ ref('int_customer_records_described') }}
),

several as (
    select customer_id
    from records
    group by customer_id
    having count(*) > 1
),

-- comparing costs most of the time, and most customers have one record
final as (
    select
        {%- for attribute in attributes %}
        records.{{ attribute }},
        {%- endfor %}
        records.customer_id
    from records
    left join several on records.customer_id = several.customer_id
    where several.customer_id is null
    union all
    select
        {%- for attribute in attributes %}
        {{ latest_value('records.' ~ attribute, 'records.seen_at') }} as {{ attribute }},
        {%- endfor %}
        records.customer_id
    from records
    inner join several on records.customer_id = several.customer_id
    group by records.customer_id
)

select * from final
