with counted as (
    select
        experiment_id,
        event_name
    from {{ ref('stg_operations__experiment_metrics') }}
    union
    select
        experiment_id,
        event_name
    from {{ ref('stg_operations__experiment_covariates') }}
)

select distinct
    experiments.unit,
    counted.event_name
from counted
inner join {{ ref('stg_operations__experiments') }} as experiments
    on counted.experiment_id = experiments.experiment_id
