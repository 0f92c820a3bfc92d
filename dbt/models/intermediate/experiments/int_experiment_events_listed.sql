with wanted as (
    select * from {{ ref('int_experiment_events_wanted') }}
),

events as (
    select
        *,
        coalesce(
            {{ event_parameter_number('value') }},
            {{ believable_number('price') }} * coalesce({{ believable_number('quantity') }}, 1)
        ) as revenue
    from {{ ref('fct_events') }}
    where
        event_name in (select wanted.event_name from wanted)
        and not (event_name in ('purchase', 'refund') and order_id is not null)
),

done as (
    {% for unit in ['visitor', 'customer'] -%}
    select
        '{{ unit }}' as unit,
        {{ unit }}_id as unit_key,
        event_name,
        occurred_at,
        revenue,
        {{ believable_number('price') }} as price,
        {{ believable_number('quantity') }} as quantity,
        engagement_ms,
        scroll_percent,
        parameters
    from events
    where {{ unit }}_id is not null
    union all
    {% endfor -%}
    select
        'customer' as unit,
        customer_id as unit_key,
        event_name,
        occurred_at,
        null as revenue,
        null as price,
        null as quantity,
        null as engagement_ms,
        null as scroll_percent,
        null as parameters
    from {{ ref('fct_email_events') }}
    where customer_id is not null
    union all
    select
        unit,
        unit_key,
        event_name,
        occurred_at,
        revenue,
        price,
        quantity,
        null as engagement_ms,
        null as scroll_percent,
        parameters
    from {{ ref('int_experiment_purchases_listed') }}
),

final as (
    select done.*
    from done
    inner join wanted on done.unit = wanted.unit and done.event_name = wanted.event_name
)

select * from final
