-- the days on which a message can have begun that is due or told of tonight, up to the day after the night
{% for offset in range(-67, 2) -%}
select {{ add_days('cast(cast(night.as_of as date) as timestamp)', offset) }} as day
from {{ ref('stg_operations__current_night') }} as night
{{ 'union all' if not loop.last }}
{% endfor -%}
