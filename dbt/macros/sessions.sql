{# Where sessions begin and end. #}

{# Campaign source, medium and name of an event as one text; null where the event tells none of them. #}
{% macro event_campaign() -%}
    case
        when utm_source is not null or utm_medium is not null or utm_campaign is not null
            then concat_ws(
                chr(31), coalesce(utm_source, ''), coalesce(utm_medium, ''), coalesce(utm_campaign, '')
            )
    end
{%- endmacro %}

{# Three steps over events of `relation` that have no session of their source: `paused`, each with the one before it and
   the campaign of its instant; `visited`, each with the start of the stretch without a pause that it is in and the
   campaign told last before it; `started`, each with the start of its session. A pause longer than the limit opens a
   session, one of exactly the limit does not; so does a campaign that is not the one that the stretch told last. Events
   of one instant are of one session. #}
{% macro with_inferred_start(relation, minutes) -%}
{%- set in_order = 'partition by feed, visitor_id_clickstream order by occurred_at' -%}
{%- set before = 'range between unbounded preceding and interval 1 microsecond preceding' -%}
paused as (
    select
        *,
        lag(occurred_at) over ({{ in_order }}) as previous_occurred_at,
        max(campaign) over ({{ in_order }} range between current row and current row) as told_campaign
    from {{ relation }}
),

visited as (
    select
        *,
        max(
            case
                when
                    previous_occurred_at is null
                    or occurred_at > {{ add_minutes('previous_occurred_at', minutes) }}
                    then occurred_at
            end
        ) over ({{ in_order }}) as visit_started_at,
        last_value(told_campaign ignore nulls) over ({{ in_order }} {{ before }}) as earlier_campaign,
        max(case when told_campaign is not null then occurred_at end) over ({{ in_order }} {{ before }})
            as earlier_campaign_at
    from paused
),

started as (
    select
        *,
        max(
            case
                when
                    occurred_at = visit_started_at
                    or told_campaign <> earlier_campaign
                    or (told_campaign is not null and earlier_campaign_at < visit_started_at)
                    or (told_campaign is not null and earlier_campaign_at is null)
                    then occurred_at
            end
        ) over ({{ in_order }}) as inferred_started_at
    from visited
)
{%- endmacro %}

{# Four steps that end in `reopened`, the sessions of `present` that may end up otherwise where an event came or went at
   one of `moments`: within the limit of it, or without a pause from there on, for a campaign lasts up to a pause. #}
{% macro with_reopened_sessions(present, moments, minutes) -%}
{%- set in_order = 'partition by feed, visitor_id_clickstream order by began_at' -%}
present_sessions as (
    select
        session_id,
        feed,
        visitor_id_clickstream,
        min(occurred_at) as began_at,
        max(occurred_at) as ended_at,
        lag(max(occurred_at)) over (
            partition by feed, visitor_id_clickstream order by min(occurred_at)
        ) as previous_ended_at
    from {{ present }}
    group by 1, 2, 3
),

present_visits as (
    select
        *,
        max(
            case
                when
                    previous_ended_at is null or began_at > {{ add_minutes('previous_ended_at', minutes) }}
                    then began_at
            end
        ) over ({{ in_order }}) as visit_began_at
    from present_sessions
),

reopened_visits as (
    select distinct
        present_visits.feed,
        present_visits.visitor_id_clickstream,
        present_visits.visit_began_at
    from present_visits
    inner join {{ moments }} as moments
        on present_visits.feed = moments.feed
        and present_visits.visitor_id_clickstream = moments.visitor_id_clickstream
        and moments.occurred_at between {{ add_minutes('present_visits.began_at', -minutes) }}
        and {{ add_minutes('present_visits.ended_at', minutes) }}
),

reopened as (
    select present_visits.session_id
    from present_visits
    inner join reopened_visits
        on present_visits.feed = reopened_visits.feed
        and present_visits.visitor_id_clickstream = reopened_visits.visitor_id_clickstream
        and present_visits.visit_began_at = reopened_visits.visit_began_at
)
{%- endmacro %}
