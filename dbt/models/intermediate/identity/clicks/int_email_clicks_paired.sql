{#- by then a tracker has redirected and a slow telephone has loaded the page; more would bring strangers -#}
{%- set most_seconds = 120 -%}
{#- one in two hours: where a fifth of landings goes unseen, one match in 240 is then a stranger -#}
{%- set most_strangers_a_day = 12 -%}
{%- set slot = time_slot('clicks.clicked_at', most_seconds) -%}
with landings as (
    {% for evidence in ['page', 'campaign'] -%}
    select
        {{ all_but(['page', 'campaign']) }},
        '{{ evidence }}' as evidence,
        {{ evidence }} as evidence_value
    from {{ ref('int_landings_collected') }}
    where {{ evidence }} in (select known.{{ evidence }} from {{ ref('int_email_clicks_prepared') }} as known)
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

-- a landing lies in the slot of time of its click or in the next
clicks as (
    {% for evidence, slots_later in [('page', 0), ('page', 1), ('campaign', 0), ('campaign', 1)] -%}
    select
        clicks.*,
        '{{ evidence }}' as evidence,
        clicks.{{ evidence }} as evidence_value,
        {{ slot }} + {{ slots_later }} as slot
    from {{ ref('int_email_clicks_prepared') }} as clicks
    where clicks.{{ evidence }} <> ''
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

pairs as (
    select
        landings.*,
        clicks.event_id,
        clicks.email,
        clicks.customer_id_email
    from landings
    inner join clicks
        on landings.evidence = clicks.evidence
        and landings.evidence_value = clicks.evidence_value
        and {{ time_slot('landings.occurred_at', most_seconds) }} = clicks.slot
    where
        landings.occurred_at >= clicks.clicked_at
        and landings.occurred_at <= {{ add_seconds('clicks.clicked_at', most_seconds) }}
),

-- where visitors arrive all day without any click, an arrival after one says nothing
crowded as (
    select
        evidence,
        evidence_value
    from landings
    group by 1, 2
    having
        count(*) filter (where arrival_number not in (select pairs.arrival_number from pairs))
        > {{ most_strangers_a_day }} * (1 + {{ days_between('min(occurred_at)', 'max(occurred_at)') }})
),

final as (
    select distinct {{ all_but(['evidence', 'evidence_value']) }}
    from pairs
    where (evidence, evidence_value) not in (select (crowded.evidence, crowded.evidence_value) from crowded)
)

select * from final
