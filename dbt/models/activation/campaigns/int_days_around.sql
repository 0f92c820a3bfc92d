-- the week up to the night and the day after it
{% for offset in range(-7, 2) -%}
select {{ add_days('cast(cast(night.as_of as date) as timestamp)', offset) }} as day
from {{ ref('stg_operations__current_night') }} as night
{{ 'union all' if not loop.last }}
{% endfor -%}
