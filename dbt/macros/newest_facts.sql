{# Which customers of the published night the rows of `named` are about: by record, visitor, telephone or
   mailbox, any that one of their records carries. `named` has record_id (its id in a source), visitor_id, email, phone,
   record_key and what else is asked for; the relation `matched` has its rows for each customer. #}
{% macro customers_of(named) -%}
-- a number is written in many ways: by any of them, it is that of all who have it
phones as (
    select distinct
        written.number,
        carriers.customer_id
    from (
        select
            identifier_value as number,
            match_key
        from {{ ref('customer_identifiers') }}
        where namespace = 'phone'
        union
        select
            match_key as number,
            match_key
        from {{ ref('customer_identifiers') }}
        where namespace = 'phone'
    ) as written
    inner join {{ ref('customer_identifiers') }} as carriers
        on written.match_key = carriers.match_key and carriers.namespace = 'phone'
),

mailboxes as (
    select distinct
        customer_id,
        match_key
    from {{ ref('customer_identifiers') }}
    where namespace = 'email'
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
        phones.customer_id,
        named.*
    from {{ named }} as named
    inner join phones on named.phone = phones.number
    union all
    select
        mailboxes.customer_id,
        named.*
    from {{ named }} as named
    inner join mailboxes on {{ mailbox('named.email') }} = mailboxes.match_key
    union all
    select
        identities.customer_id,
        named.*
    from {{ named }} as named
    inner join {{ ref('customer_identities') }} as identities
        on named.record_key
        = identities.source || '/' || identities.source_table || '|' || identities.record_kind || '|'
        || identities.source_record_id
)
{%- endmacro %}

{# What two writings of one address have in common; what stands for nobody is itself. #}
{% macro mailbox(email) -%} coalesce({{ email_match_key(email) }}, {{ email }}) {%- endmacro %}
