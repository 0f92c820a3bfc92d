{%- set longest_list = 10 -%}
with searched as (
    select
        customer_id,
        search_query,
        max(occurred_at) as searched_at
    from {{ ref('fct_events') }}
    where search_query is not null and customer_id is not null
    group by 1, 2
),

ranked as (
    select
        *,
        row_number() over (partition by customer_id order by searched_at desc, search_query asc) as place
    from searched
),

final as (
    select
        customer_id,
        {{ as_json(json_list('search_query', 'place')) }} as search_queries
    from ranked
    where place <= {{ longest_list }}
    group by 1
)

select * from final
