{#- what is measured, and of which rows of `counted`; one customer twice in a feed is a duplicate -#}
{%- set measures = [
    ['match_rate', 'joined / cast(records as double)', 'true'],
    ['duplicate_rate', '1 - customers / cast(described as double)', 'described > 0'],
    ['customers', 'customers', 'feed is null'],
    ['records', 'records', 'feed is null'],
    ['largest_customer', 'largest', 'feed is null'],
] -%}
-- a night that is run again replaces its own measures, and one that looks back sees none of later nights
with earlier as (
    select
        metric,
        feed,
        record_kind,
        value,
        as_of,
        run_id
    from {{ ref('stg_operations__identity_measures') }}
    where as_of < {{ as_of() }}
),

customers as (
    select
        customer_id,
        count(*) as records
    from {{ ref('int_records_resolved') }}
    group by 1
),

kinds as (
    select
        resolved.feed,
        resolved.record_kind,
        count(*) as records,
        count(case when customers.records > 1 then 1 end) as joined,
        count(persons.record_key) as described,
        count(distinct case when persons.record_key is not null then resolved.customer_id end) as customers
    from {{ ref('int_records_resolved') }} as resolved
    inner join customers on resolved.customer_id = customers.customer_id
    left join {{ ref('int_persons_normalized') }} as persons on resolved.record_key = persons.record_key
    group by 1, 2
),

counted as (
    select
        feed,
        record_kind,
        records,
        joined,
        described,
        customers,
        null as largest
    from kinds
    union all
    select
        null as feed,
        null as record_kind,
        sum(records) as records,
        sum(case when records > 1 then records else 0 end) as joined,
        null as described,
        count(*) as customers,
        max(records) as largest
    from customers
    having count(*) > 0
),

measured as (
    {% for metric, value, condition in measures -%}
    select
        '{{ metric }}' as metric,
        feed,
        record_kind,
        cast({{ value }} as double) as value
    from counted
    where {{ condition }}
    union all
    {% endfor -%}
    {% for metric in ['threshold', 'estimated_precision', 'estimated_recall'] -%}
    select
        '{{ metric }}' as metric,
        null as feed,
        null as record_kind,
        {{ metric }} as value
    from {{ ref('int_match_models_estimated') }}
    where records > 1
    union all
    {% endfor -%}
    select
        metric,
        null as feed,
        null as record_kind,
        value
    from {{ ref('int_matching_measured') }}
),

final as (
    select * from earlier
    union all
    select
        measured.*,
        night.as_of,
        night.run_id
    from measured
    cross join {{ ref('stg_operations__current_night') }} as night
)

select * from final
