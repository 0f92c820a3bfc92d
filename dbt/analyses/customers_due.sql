-- customers whom time alone moves: whose cart became so old since the last look that it counts as left behind
select features.customer_id
from {{ ref('customer_features') }} as features
cross join {{ ref('stg_operations__current_build') }} as build
where
    {{ add_minutes('features.last_cart_added_at', 60 * abandoned_cart_hours() | int) }} > build.previous_as_of
    and {{ add_minutes('features.last_cart_added_at', 60 * abandoned_cart_hours() | int) }} <= {{ as_of() }}
