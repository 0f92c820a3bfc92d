-- what an event does not say is what its list was at that time; a night's lists are shown after its instant
with nights as (
    select
        list_name,
        strategy,
        model_version,
        shown_from,
        lead(shown_from) over (partition by list_name order by shown_from) as shown_until
    from {{ ref('stg_operations__recommendation_nights') }}
)

select
    coalesce(touches.strategy, nights.strategy, 'unknown') as strategy,
    coalesce(touches.model_version, nights.model_version) as model_version,
    cast(touches.occurred_at as date) as shown_date,
    count(case when not touches.is_click then 1 end) as impressions,
    count(case when touches.is_click then 1 end) as clicks,
    cast(sum(touches.purchases) as bigint) as purchases
from {{ ref('int_recommendations_touched') }} as touches
left join nights
    on touches.list_name = nights.list_name
    and touches.occurred_at > nights.shown_from
    and (touches.occurred_at <= nights.shown_until or nights.shown_until is null)
group by 1, 2, 3
