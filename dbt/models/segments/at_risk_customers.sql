-- bought more than once, then fell silent: long enough to worry, not so long that they are gone
{%- set quiet_days = 90 %}
{%- set gone_days = 365 %}

select
    customer_id,
    'at_risk_customers' as segment,
    {{ segment_priority() }} as priority,
    {{ add_days('last_ordered_at', quiet_days) }} as entered_at
from {{ ref('customer_features') }}
where
    order_count >= 2
    and {{ add_days('last_ordered_at', quiet_days) }} <= as_of
    and {{ add_days('last_ordered_at', gone_days) }} > as_of
