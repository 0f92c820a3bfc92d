{%- set uplift_of_offers = 0.8 %}
{%- set worth_of_winning_back = 0.6 %}
{%- set worth_of_informing = {'informational': 0.25, 'other': 0.05} %}
{%- set threshold = 0.1 -%}
-- what is worth most to do next: each action with its score between 0 and 1
with offered as (
    select own.customer_id
    from {{ ref('customer_offers') }} as own
    inner join {{ ref('offers') }} as offers on own.offer = offers.offer
    where offers.kind in ('discount', 'free_shipping')
),

customers as (
    select
        variables.*,
        consents.status as email_status,
        coalesce(variables.purchase_probability_30_days, 0) as purchase_probability,
        variables.customer_id in (select offered.customer_id from offered) as has_offer
    from {{ ref('content_variables') }} as variables
    left join {{ ref('customer_consents') }} as consents
        on variables.customer_id = consents.customer_id and consents.purpose = 'marketing_email'
    where variables.is_known
),

candidates as (
    select
        customer_id,
        'offer' as action,
        -- an offer is for the undecided: who surely buys needs none, who surely does not is not moved by one
        {{ uplift_of_offers }} * 4 * purchase_probability * (1 - purchase_probability) as score,
        'undecided, and there is an offer for them' as reason
    from customers
    where has_offer and is_personalizable
    union all
    select
        customer_id,
        'recommend' as action,
        purchase_probability as score,
        'likely to buy by themselves' as reason
    from customers
    where is_personalizable
    union all
    select
        customer_id,
        'win_back' as action,
        {{ worth_of_winning_back }} * coalesce(churn_probability, 0) as score,
        'bought before and is about to be lost' as reason
    from customers
    where is_personalizable and lifecycle_state in ('at_risk', 'lapsed')
    union all
    select
        customer_id,
        'inform' as action,
        case intent
            when 'informational' then {{ worth_of_informing.informational }}
            else {{ worth_of_informing.other }}
        end as score,
        'came to read' as reason
    from customers
    where is_personalizable and intent is not null
    union all
    select
        customer_id,
        'nothing' as action,
        {{ threshold }} as score,
        case when is_personalizable then 'nothing is likely to help' else 'against personalization' end
            as reason
    from customers
),

best as (
    select
        *,
        row_number() over (partition by customer_id order by score desc, action asc) as place
    from candidates
)

select
    best.customer_id,
    best.action,
    case
        when best.action = 'nothing' then 'none'
        when customers.email like '%@%' and customers.email_status = 'granted' then 'email'
        else 'web'
    end as channel,
    best.score,
    best.reason,
    night.started_at as computed_at,
    night.run_id
from best
inner join customers on best.customer_id = customers.customer_id
cross join {{ ref('stg_operations__current_night') }} as night
where best.place = 1
