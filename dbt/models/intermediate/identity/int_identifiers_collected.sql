with mentions as (
    select
        *,
        feed || '|' || record_kind || '|' || source_record_id as record_key
    from {{ ref('int_person_mentions_unioned') }}
),

-- an order id links nothing; it stands for a guest order that carries no other identifier
identifiers as (
    {% for kind, value in [
        ('customer_id', 'source_customer_id'),
        ('user_id', 'source_user_id'),
        ('loyalty_id', 'source_loyalty_id'),
        ('email', 'email'),
        ('phone', 'phone'),
        ('visitor_id', 'source_visitor_id'),
        ('order_id', "case when record_kind = 'guest_order' then source_record_id end")
    ] -%}
    select
        record_key,
        feed,
        record_kind,
        source_record_id,
        '{{ kind }}' as identifier_kind,
        {{ value }} as identifier_value,
        first_seen_at,
        last_seen_at
    from mentions
    where {{ value }} is not null
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

-- a clickstream user id and a customer id are one namespace; a record's key says its feed, kind and id
select
    record_key,
    any_value(feed) as feed,
    any_value(record_kind) as record_kind,
    any_value(source_record_id) as source_record_id,
    identifier_kind,
    case when identifier_kind = 'user_id' then 'customer_id' else identifier_kind end as namespace,
    identifier_value,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
from identifiers
group by record_key, identifier_kind, identifier_value
