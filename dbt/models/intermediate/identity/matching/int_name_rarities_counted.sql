-- only names that more than one in four thousand bear: any other is rare
with names as (
    select
        'given_name' as field,
        given_name as name
    from {{ ref('int_persons_normalized') }}
    where
        given_name is not null
        and (select planned.is_due from {{ ref('int_match_training_planned') }} as planned)
    union all
    select
        'surname' as field,
        surname as name
    from {{ ref('int_persons_normalized') }}
    where
        surname is not null
        and (select planned.is_due from {{ ref('int_match_training_planned') }} as planned)
),

counted as (
    select
        field,
        name,
        count(*) as bearers,
        (select planned.records from {{ ref('int_match_training_planned') }} as planned) as records
    from names
    group by 1, 2
),

banded as (
    select
        field,
        name,
        case
            when bearers * 64 > records then 0
            when bearers * 512 > records then 1
            else 2
        end as rarity
    from counted
    where bearers * 4096 > records
),

final as (
    select * from banded
    union all
    select
        field,
        name,
        rarity
    from {{ ref('stg_operations__match_name_rarities') }}
    where not (select planned.is_due from {{ ref('int_match_training_planned') }} as planned)
)

select * from final
