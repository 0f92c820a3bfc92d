{%- set order_identifiers = {
    'source_customer_id': 'customer_id_pos', 'source_loyalty_id': 'loyalty_id_pos',
    'email': 'email', 'phone': 'phone'
} -%}
with crm_customers as (
    {{ person_mentions(ref('stg_crm__customers'), "'customer'", 'customer_id_crm', {
        'source_customer_id': 'customer_id_crm', 'source_loyalty_id': 'loyalty_id_crm',
        'email': 'email', 'phone': 'phone', 'national_id': 'national_id', 'country': 'country'
    }, 'coalesce(created_at, updated_at)', 'coalesce(updated_at, created_at)') }}
),

-- who an order out of events is by, the events themselves mention
orders as (
    {{ person_mentions(
        ref('int_orders_unioned'), 'record_kind',
        "case when record_kind not in ('user', 'visitor') then source_record_id end", order_identifiers, 'ordered_at'
    ) }}
),

visitors as (
    {{ person_mentions(ref('int_event_mentions_grouped'), "'visitor'", 'visitor_id_clickstream', {
        'source_visitor_id': 'visitor_id_clickstream', 'source_user_id': 'user_id_clickstream',
        'email': 'email'
    }, 'first_seen_at', 'last_seen_at') }}
),

users as (
    {{ person_mentions(ref('int_event_mentions_grouped'), "'user'", 'user_id_clickstream', {
        'source_user_id': 'user_id_clickstream', 'email': 'email'
    }, 'first_seen_at', 'last_seen_at') }}
),

-- an address that a link of an e-mail shows to be the visitor's, though no visitor ever gave it
email_clicks as (
    {{ person_mentions(ref('int_email_clicks_matched'), "'visitor'", 'visitor_id_clickstream', {
        'source_visitor_id': 'visitor_id_clickstream', 'clicked_email': 'email',
        'clicked_customer_id': 'customer_id_email'
    }, 'first_seen_at', 'last_seen_at') }}
),
{% for relation, customer_id, seen_at in [
    ('stg_crm__preferences', 'customer_id_crm', 'updated_at'),
    ('stg_crm__interactions', 'customer_id_crm', 'occurred_at'),
    ('stg_crm__surveys', 'customer_id_crm', 'answered_at')
] %}
{{ relation }} as (
    {{ person_mentions(
        ref(relation), "'customer'", customer_id, {'source_customer_id': customer_id}, seen_at
    ) }}
),
{% endfor %}
email_events as (
    {{ person_mentions_by_email(ref('int_email_events_deduplicated'), 'customer_id_email', 'occurred_at') }}
),

reviews as (
    {{ person_mentions_by_email(ref('stg_products__reviews'), 'customer_id_products', 'reviewed_at') }}
),

enrichment as (
    {{ person_mentions_by_email(
        ref('stg_enrichment__attributes'), 'customer_id_enrichment', 'observed_at', 'phone'
    ) }}
),

consents as (
    {{ person_mentions_by_email(
        ref('stg_consents__decisions'), 'customer_id_consents', 'decided_at', 'phone'
    ) }}
),

mentions as (
    {% for relation in [
        'crm_customers', 'orders', 'visitors', 'users', 'email_clicks', 'stg_crm__preferences',
        'stg_crm__interactions', 'stg_crm__surveys', 'email_events', 'reviews', 'enrichment', 'consents'
    ] -%}
    select * from {{ relation }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

customer_countries as (
    select
        crm_customers.source_customer_id,
        min(countries.country_code) as country_code
    from crm_customers
    inner join {{ ref('int_countries_normalized') }} as countries on crm_customers.country = countries.country
    group by 1
),

-- a number without its country's code is one of the country of its record, else of its customer
final as (
    select
        mentions.*,
        case when mentions.phone is not null then coalesce(
            own.country_code, customer_countries.country_code, nameless.dialling_country
        ) end as dialling_country
    from mentions
    left join {{ ref('int_countries_normalized') }} as own on mentions.country = own.country
    left join customer_countries
        on
        case when mentions.phone is not null then mentions.source_customer_id end
        = customer_countries.source_customer_id
    left join {{ ref('int_countries_normalized') }} as nameless on nameless.country = ''
)

select * from final
