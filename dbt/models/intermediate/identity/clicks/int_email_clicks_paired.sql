{#- by then a tracker has redirected and a slow telephone has loaded the page; more would bring strangers -#}
{%- set most_seconds = 120 -%}
{%- set slot = time_slot('clicks.clicked_at', most_seconds) -%}
-- a landing lies in the slot of time of its click or in the next
with pairs as (
    {% for evidence, slots_later in [('page', 0), ('page', 1), ('campaign', 0), ('campaign', 1)] -%}
    select
        clicks.event_id,
        clicks.email,
        clicks.customer_id_email,
        clicks.clicked_at,
        landings.arrival_number,
        landings.feed,
        landings.visitor_id_clickstream,
        landings.occurred_at
    from {{ ref('int_landings_collected') }} as landings
    inner join {{ ref('int_email_clicks_prepared') }} as clicks
        on landings.{{ evidence }} = clicks.{{ evidence }}
        and {{ time_slot('landings.occurred_at', most_seconds) }} = {{ slot }} + {{ slots_later }}
    where landings.{{ evidence }} <> ''
    {{ 'union' if not loop.last }}
    {% endfor -%}
),

final as (
    select {{ all_but(['clicked_at']) }}
    from pairs
    where occurred_at between clicked_at and {{ add_seconds('clicked_at', most_seconds) }}
)

select * from final
