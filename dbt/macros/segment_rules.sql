{# Conditions that several segments share: a file of its own a category or channel, the rule once. Each is the body of a
   step that gives customer_id and entered_at. #}

{# Events of these names within the window, each with its place among the customer's of its name. #}
{% macro repeated_events(names, window_days) -%}
    select
        customer_id,
        event_name,
        occurred_at,
        row_number() over (partition by customer_id, event_name order by occurred_at) as repetition
    from {{ ref('fct_events') }}
    where
        event_name in {{ one_of(names) }}
        and {{ add_days('occurred_at', window_days) }} > {{ as_of() }}
{%- endmacro %}

{# Who viewed products of the category often enough within the window; the moment is the view that made it enough, of
   those still in the window. #}
{% macro category_enthusiasts(category, views_needed, window_days) -%}
    select
        customer_id,
        occurred_at as entered_at
    from (
        select
            events.customer_id,
            events.occurred_at,
            row_number() over (
                partition by events.customer_id order by events.occurred_at, events.event_id
            ) as repetition
        from {{ ref('fct_events') }} as events
        left join {{ ref('dim_products') }} as products on events.product_id = products.product_id
        where
            events.event_name = 'view_item'
            and coalesce(events.category, products.category) = {{ text_or_null(category) }}
            and {{ add_days('events.occurred_at', window_days) }} > {{ as_of() }}
    ) as views
    where repetition = {{ views_needed }}
{%- endmacro %}

{# Who orders of the category mostly at weekends; the moment is the last such order, which settled the share: an earlier
   one may have settled it already. #}
{% macro weekend_category_shoppers(category, orders_needed, least_share) -%}
    select
        customer_id,
        last_ordered_at as entered_at
    from {{ ref('customer_category_features') }}
    where
        category = {{ text_or_null(category) }}
        and order_count >= {{ orders_needed }}
        and weekend_order_share >= {{ least_share }}
{%- endmacro %}

{# Who came by one of the channels within the window; the moment is the first such visit in it. #}
{% macro visitors_by_channel(channels, window_days) -%}
    select
        customer_id,
        min(started_at) as entered_at
    from {{ ref('fct_sessions') }}
    where
        channel in {{ one_of(channels) }}
        and {{ add_days('started_at', window_days) }} > {{ as_of() }}
    group by customer_id
{%- endmacro %}
