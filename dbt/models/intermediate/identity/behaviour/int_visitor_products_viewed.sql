-- what few look at says more about who looks at it
with viewed as (
    select distinct
        feed || '|visitor|' || visitor_id_clickstream as record_key,
        product_id
    from {{ ref('int_events_deduplicated') }}
    where product_id is not null and {{ behaviour_is_asked_for() }}
),

everybody as (
    select count(*) as visitors from {{ ref('int_visitors_described') }}
),

final as (
    select
        viewed.record_key,
        visitors.place,
        viewed.product_id,
        log2(everybody.visitors / count(*) over (partition by viewed.product_id)) as information
    from viewed
    inner join {{ ref('int_visitors_described') }} as visitors on viewed.record_key = visitors.record_key
    cross join everybody
)

select * from final
