{#- more would make pairs by the million, of which the product says little -#}
{%- set most_visitors = 20 -%}
with views as (
    select *
    from {{ ref('int_visitor_products_viewed') }}
    qualify count(*) over (partition by place, product_id) between 2 and {{ most_visitors }}
),

blocked as (
    select
        one.record_key as left_record,
        other.record_key as right_record,
        {{ exact_sum('one.information') }} as information
    from views as one
    inner join views as other
        on one.place = other.place and one.product_id = other.product_id and one.record_key < other.record_key
    group by 1, 2
),

final as (
    select
        blocked.left_record,
        blocked.right_record,
        cast(floor(4 * log2(1 + blocked.information / (1 + sqrt(one.products * other.products)))) as integer)
            as products,
        cast(floor(4 * (
            {% for quarter in range(4) -%}
            least(one.quarter_{{ quarter }}, other.quarter_{{ quarter }}) {{ '+' if not loop.last }}
            {% endfor -%}
        )) as integer) as hours,
        case
            when one.device_type <> other.device_type then 0
            when one.software <> other.software then 1
            when one.software = other.software then 2
        end as device,
        cast(floor(log2(one.visitors_of_place)) as integer) as place,
        one.user_id = other.user_id as is_one_person
    from blocked
    inner join {{ ref('int_visitors_described') }} as one on blocked.left_record = one.record_key
    inner join {{ ref('int_visitors_described') }} as other on blocked.right_record = other.record_key
)

select * from final
