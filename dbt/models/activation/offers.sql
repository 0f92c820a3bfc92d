select
    offers.offer,
    offers.kind,
    offers.title,
    offers.description,
    offers.code,
    offers.category,
    offers.image_url,
    offers.url,
    offers.percent,
    offers.amount,
    offers.starts_on as starts_on_date,
    offers.ends_on as ends_on_date,
    offers.priority,
    night.started_at as computed_at,
    night.run_id
from {{ ref('stg_operations__offers') }} as offers
cross join {{ ref('stg_operations__current_night') }} as night
