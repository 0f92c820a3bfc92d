with activities as (
    select
        customer_id,
        'event' as kind,
        event_name as name,
        product_id,
        category,
        cast(null as {{ text_type() }}) as order_id,
        cast(null as {{ text_type() }}) as campaign_id,
        cast(null as double) as amount,
        event_id as activity_key,
        occurred_at
    from {{ ref('fct_events') }}
    union all
    select
        customer_id,
        'order' as kind,
        case when is_return then 'return' else 'purchase' end as name,
        null as product_id,
        null as category,
        order_id,
        null as campaign_id,
        net_amount_in_base_currency as amount,
        {{ hashed_id(['feed', 'order_id']) }} as activity_key,
        ordered_at as occurred_at
    from {{ ref('fct_orders') }}
    union all
    select
        customer_id,
        'email' as kind,
        event_name as name,
        null as product_id,
        null as category,
        null as order_id,
        campaign_id,
        null as amount,
        event_id as activity_key,
        occurred_at
    from {{ ref('fct_email_events') }}
),

placed as (
    select
        *,
        row_number() over (
            partition by customer_id order by occurred_at desc, kind asc, activity_key asc
        ) as place
    from activities
)

select {{ all_but(['activity_key']) }} from placed
where place <= {{ profile_limits().activities }}
