-- customers whom time alone moves: whose cart became so old since the last look that it counts as left behind
select features.customer_id
from {{ ref('customer_features') }} as features
cross join {{ ref('stg_operations__current_build') }} as build
where
    {{ add_hours('features.last_cart_added_at', abandoned_cart_hours()) }} > build.previous_as_of
    and {{ add_hours('features.last_cart_added_at', abandoned_cart_hours()) }} <= {{ as_of() }}
