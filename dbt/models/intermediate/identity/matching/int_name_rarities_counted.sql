-- only names that more than one in four thousand bear: any other is rare
with planned as (
    select * from {{ ref('int_match_training_planned') }}
),

{% for field in ['given_name', 'surname'] -%}
{{ field }}s as (
    select
        '{{ field }}' as field,
        {{ field }} as name,
        count(*) as bearers
    from {{ ref('int_persons_normalized') }}
    where {{ field }} is not null and (select planned.is_due from planned)
    group by 2
),

{% endfor -%}
counted as (
    select * from given_names
    union all
    select * from surnames
),

final as (
    select
        counted.field,
        counted.name,
        case
            when counted.bearers * 64 > planned.records then 0
            when counted.bearers * 512 > planned.records then 1
            else 2
        end as rarity
    from counted
    cross join planned
    where counted.bearers * 4096 > planned.records
    union all
    select
        field,
        name,
        rarity
    from {{ ref('stg_operations__match_name_rarities') }}
    where not (select planned.is_due from planned)
)

select * from final
