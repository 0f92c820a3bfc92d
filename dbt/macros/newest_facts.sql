{# Which customers of the published night the rows of `named` are about: by record, visitor, telephone or
   mailbox, as the night knows them. `named` has record_id, visitor_id, email, phone and what else is asked for;
   the relation `matched` has its rows for each customer. #}
{% macro customers_of(named) -%}
mailboxes as (
    select
        customer_id,
        {{ mailbox('email') }} as mailbox
    from {{ ref('dim_customers') }}
    union all
    select
        customer_id,
        {{ mailbox('source_record_id') }} as mailbox
    from {{ ref('customer_identities') }}
    where record_kind = 'email'
),

matched as (
    select
        identities.customer_id,
        named.*
    from {{ named }} as named
    inner join {{ ref('customer_identities') }} as identities on named.record_id = identities.source_record_id
    where identities.record_kind in ('customer', 'user')
    union all
    select
        identities.customer_id,
        named.*
    from {{ named }} as named
    inner join {{ ref('customer_identities') }} as identities on named.visitor_id = identities.source_record_id
    where identities.record_kind = 'visitor'
    union all
    select
        customers.customer_id,
        named.*
    from {{ named }} as named
    inner join {{ ref('dim_customers') }} as customers on named.phone = customers.phone
    union all
    select
        mailboxes.customer_id,
        named.*
    from {{ named }} as named
    inner join mailboxes on {{ mailbox('named.email') }} = mailboxes.mailbox
)
{%- endmacro %}

{# What two writings of one address have in common; what stands for nobody is itself. #}
{% macro mailbox(email) -%} coalesce({{ email_match_key(email) }}, {{ email }}) {%- endmacro %}
