{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=[
        "{{ delete_changed('visitor_id_clickstream', ref('int_visitors_touched')) }}",
        "{{ delete_changed_clicks() }}"
    ]
) }}
{#- by then a tracker has redirected and a slow telephone has loaded the page; more would bring strangers -#}
{%- set most_seconds = 120 -%}
{#- whoever was there half an hour before did not just arrive: the pause that ends a session -#}
{%- set pause_minutes = 30 -%}
{%- set clicks = ref('int_email_clicks_prepared') -%}
{%- set events = ref('int_events_deduplicated') -%}
{%- set touched = is_changed('visitor_id_clickstream', ref('int_visitors_touched')) -%}
with keyed_clicks as (
    {% for evidence in ['page', 'campaign'] -%}
    {% for slots_later in [0, 1] -%}
    select
        event_id,
        clicked_at,
        build_number = {{ build_number() }} as is_new,
        {{ time_slot('clicked_at', most_seconds) }} + {{ slots_later }} as slot,
        '{{ evidence }}' as evidence,
        {{ evidence }} as evidence_value
    from {{ clicks }}
    where {{ evidence }} <> ''
    {{ 'union all' if not loop.last }}
    {% endfor -%}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

-- of visitors of whom nothing changed only views that new clicks may lead to
timely as (
    select
        arrival_number,
        feed,
        visitor_id_clickstream,
        occurred_at,
        {{ time_slot('occurred_at', most_seconds) }} as slot,
        {{ page_address('page_url') }} as page,
        case when utm_medium is not null or utm_source is not null then lower(utm_campaign) end as campaign,
        {{ touched }} as is_new
    from {{ events }}
    where
        {{ time_slot('occurred_at', most_seconds) }} in (select keyed_clicks.slot from keyed_clicks)
        {%- if is_incremental() %}
        and ({{ touched }} or {{ time_slot('occurred_at', most_seconds) }} in (
            select keyed_clicks.slot from keyed_clicks
            where keyed_clicks.is_new
        ))
        {%- endif %}
        and {{ may_come_from_email() }}
),

keyed_views as (
    select
        *,
        'page' as evidence,
        page as evidence_value
    from timely
    union all
    select
        *,
        'campaign' as evidence,
        campaign as evidence_value
    from timely
    where campaign is not null
),

candidates as (
    select distinct
        clicks.event_id,
        views.arrival_number,
        views.feed,
        views.visitor_id_clickstream,
        views.occurred_at
    from keyed_views as views
    inner join keyed_clicks as clicks
        on views.slot = clicks.slot
        and views.evidence = clicks.evidence
        and views.evidence_value = clicks.evidence_value
    where
        views.occurred_at between clicks.clicked_at and {{ add_seconds('clicks.clicked_at', most_seconds) }}
        and (views.is_new or clicks.is_new)
),

final as (
    select * from candidates
    where arrival_number not in (
        select landings.arrival_number
        from candidates as landings
        inner join {{ events }} as earlier
            on landings.feed = earlier.feed
            and landings.visitor_id_clickstream = earlier.visitor_id_clickstream
            and landings.occurred_at > earlier.occurred_at
            and landings.occurred_at <= {{ add_minutes('earlier.occurred_at', pause_minutes) }}
    )
)

select * from final
