{{ config(tags=['activation']) }}
select
    exposures.experiment_id,
    count(*) as exposures,
    count(distinct exposures.unit_id) as units,
    min(exposures.exposed_at) as first_exposed_at,
    max(exposures.exposed_at) as last_exposed_at
from {{ ref('stg_experiments__exposures') }} as exposures
left join {{ ref('stg_operations__experiments') }} as experiments
    on exposures.experiment_id = experiments.experiment_id
where experiments.experiment_id is null and exposures.experiment_id is not null
group by 1
