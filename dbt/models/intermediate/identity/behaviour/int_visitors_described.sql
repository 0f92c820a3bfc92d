-- a device of several users is nobody's behaviour
with described as (
    select
        feed || '|visitor|' || visitor_id_clickstream as record_key,
        max(user_id_clickstream) as user_id,
        {{ earliest_value("coalesce(country, '') || '|' || city", 'occurred_at') }} as place,
        min(device_type) as device_type,
        min(operating_system) || ' ' || min(browser) as software,
        {%- for quarter in range(4) %}
        avg(cast({{ day_quarter('occurred_at') }} = {{ quarter }} as integer)) as quarter_{{ quarter }},
        {%- endfor %}
        count(distinct product_id) as products
    from {{ ref('int_events_deduplicated') }}
    where {{ behaviour_is_asked_for() }}
    group by 1
    having count(distinct user_id_clickstream) <= 1
),

final as (
    select
        *,
        count(*) over (partition by place) as visitors_of_place
    from described
    where place is not null and products > 0
)

select * from final
