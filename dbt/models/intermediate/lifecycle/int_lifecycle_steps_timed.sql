{%- set limits = lifecycle_limits() -%}
-- what each purchase sets off, and what the time after it brings until the next one comes
with purchases as (
    select
        *,
        is_first or is_after_silence as is_on_trial,
        {{ add_days('bought_at', limits.new_days) }} as trial_ends_at,
        {{ add_days('bought_at', limits.at_risk_days) }} as at_risk_from,
        {{ add_days('bought_at', limits.lapsed_days) }} as lapsed_from
    from {{ ref('int_purchases_spaced') }}
),

waits as (
    select
        customer_id,
        next_bought_at,
        trial_ends_at as changed_at,
        case when loyal_until > trial_ends_at then 'loyal' else 'active' end as state,
        '{{ limits.new_days }} days passed' as reason
    from purchases
    where is_on_trial
    union all
    select
        customer_id,
        next_bought_at,
        loyal_until as changed_at,
        'active' as state,
        'fewer than {{ limits.loyal_orders }} orders in {{ limits.loyal_days }} days' as reason
    from purchases
    where
        loyal_until > case when is_on_trial then trial_ends_at else bought_at end
        and loyal_until < at_risk_from
    union all
    select
        customer_id,
        next_bought_at,
        at_risk_from as changed_at,
        'at_risk' as state,
        'no purchase for {{ limits.at_risk_days }} days' as reason
    from purchases
    union all
    select
        customer_id,
        next_bought_at,
        lapsed_from as changed_at,
        'lapsed' as state,
        'no purchase for {{ limits.lapsed_days }} days' as reason
    from purchases
)

select
    customer_id,
    case
        when is_first then 'new'
        when is_after_silence then 'returned'
        when loyal_until > bought_at then 'loyal'
        else 'active'
    end as state,
    case
        when is_first then 'first purchase'
        when is_after_silence then 'purchase after silence'
        when loyal_until > bought_at then '{{ limits.loyal_orders }} orders in {{ limits.loyal_days }} days'
        else 'further purchase'
    end as reason,
    bought_at as changed_at
from purchases
union all
select
    customer_id,
    state,
    reason,
    changed_at
from waits
where changed_at <= {{ as_of() }} and (next_bought_at is null or changed_at < next_bought_at)
