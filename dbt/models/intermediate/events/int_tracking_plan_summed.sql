-- the columns that an event must carry as bits in one number, its keys and their kinds as a list
select
    event_name,
    cast(sum({{ planned_column_bit('parameter') }}) as bigint) as required_columns,
    {{ planned_keys('parameter', 'parameter_type') }} filter (where not is_column) as required_keys
from {{ ref('stg_operations__tracking_plan') }}
group by 1
