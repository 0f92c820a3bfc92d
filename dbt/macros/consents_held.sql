{# Of several decisions about one purpose the one that weighs most holds: a final one, else the latest, and of two
   at one time the denial. #}
{% macro weight_of_decision() -%}
    row(is_final, decided_at, status = 'denied')
{%- endmacro %}

{# Of `customers` and the `decisions` that hold, one a customer and purpose: the relation `held`, with what holds for
   each purpose and, by default, where nobody decided. `evidence` names further columns of the decisions to tell. #}
{% macro consents_held(evidence=[]) -%}
-- whose data may not be sold or shared cannot be on a list for advertising, whatever was said of that
not_to_be_sold as (
    select
        *,
        'advertising' as denied_purpose
    from decisions
    where purpose = 'sale_or_sharing' and status = 'denied'
),

held as (
    select
        customers.customer_id,
        undecided.purpose,
        case
            when not_to_be_sold.customer_id is not null then 'denied'
            else coalesce(decisions.status, undecided.status)
        end as status,
        decisions.status is null and not_to_be_sold.customer_id is null as is_default
        {%- for column in ['decided_at'] + evidence %},
        case
            when decisions.status = 'denied' or not_to_be_sold.customer_id is null then decisions.{{ column }}
            else not_to_be_sold.{{ column }}
        end as {{ column }}
        {%- endfor %}
    from customers
    cross join {{ ref('stg_operations__undecided_consents') }} as undecided
    left join decisions
        on customers.customer_id = decisions.customer_id and undecided.purpose = decisions.purpose
    left join not_to_be_sold
        on customers.customer_id = not_to_be_sold.customer_id
        and undecided.purpose = not_to_be_sold.denied_purpose
)
{%- endmacro %}
