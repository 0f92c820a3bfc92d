{%- set windows = [1, 7, 30, 90] -%}
with {{ night_with_windows(windows) }},

final as (
    select
        sessions.customer_id,
        cast(count(*) as integer) as session_count,
        {%- for days in windows %}
        {{ count_within(days, 'sessions.started_at') }} as sessions_{{ window_name(days) }},
        {%- endfor %}
        {{ count_within(90, 'sessions.started_at', "sessions.channel in ('organic_social', 'paid_social')") }}
            as social_visits_90_days,
        avg(sessions.duration_seconds) as average_session_seconds,
        avg(sessions.max_scroll_percent) as average_scroll_percent,
        {{ share_of('sessions.is_bounce') }} as bounce_rate,
        {%- for name, value in {
            'visit_hour': hour_of_day('started_at'), 'visit_weekday': weekday('started_at'),
            'device_type': 'device_type', 'channel': 'channel', 'daypart': 'daypart'
        }.items() %}
        {{ most_frequent_value(value) }} as preferred_{{ name }},
        {%- endfor %}
        min_by(sessions.channel, row(sessions.started_at, sessions.session_id)) as first_channel,
        min(sessions.started_at) as first_visited_at,
        max(sessions.started_at) as last_visited_at
    from {{ ref('fct_sessions') }} as sessions
    cross join night
    where sessions.customer_id is not null
    group by sessions.customer_id
)

select * from final
