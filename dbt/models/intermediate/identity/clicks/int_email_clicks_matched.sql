-- in its two minutes a click has one visitor, and a landing one addressee: else nobody knows whose it was
with pairs as (
    select
        *,
        coalesce(email, customer_id_email) as addressee
    from {{ ref('int_email_clicks_paired') }}
),

rivalled as (
    select
        *,
        min(addressee) over (partition by arrival_number) as first_addressee,
        max(addressee) over (partition by arrival_number) as last_addressee,
        min(visitor_id_clickstream) over (partition by event_id, feed) as first_visitor,
        max(visitor_id_clickstream) over (partition by event_id, feed) as last_visitor
    from pairs
),

final as (
    select
        feed,
        visitor_id_clickstream,
        email,
        customer_id_email,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at,
        count(distinct event_id) as clicks
    from rivalled
    where first_addressee = last_addressee and first_visitor = last_visitor
    group by 1, 2, 3, 4
)

select * from final
