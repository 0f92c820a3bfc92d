{# One row a record and set of identifiers that `relation` shows together, with the first and last time it
   did. `columns` maps the identifier columns of int_person_mentions_unioned to expressions; what is left out
   is null. #}
{% macro person_mentions(
    relation, record_kind, source_record_id, columns, first_seen_at, last_seen_at=none
) -%}
    {%- set identifiers = [
        'source_customer_id', 'source_user_id', 'source_loyalty_id', 'email', 'phone', 'source_visitor_id',
        'national_id', 'country', 'clicked_email', 'clicked_customer_id'
    ] -%}
    select
        feed,
        {{ record_kind }} as record_kind,
        {{ source_record_id }} as source_record_id,
        {%- for identifier in identifiers %}
        {{ columns.get(identifier, 'cast(null as ' ~ text_type() ~ ')') }} as {{ identifier }},
        {%- endfor %}
        min({{ first_seen_at }}) as first_seen_at,
        max({{ last_seen_at or first_seen_at }}) as last_seen_at
    from {{ relation }}
    where {{ source_record_id }} is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
{%- endmacro %}

{# The same of sources that name people by customer id, or else by e-mail address: then the address is the
   record. #}
{% macro person_mentions_by_email(relation, customer_id, seen_at, phone=none) -%}
    {%- set columns = {'source_customer_id': customer_id, 'email': 'email'} -%}
    {%- if phone -%} {%- do columns.update({'phone': phone}) -%} {%- endif -%}
    {{ person_mentions(
        relation, "case when " ~ customer_id ~ " is not null then 'customer' else 'email' end",
        'coalesce(' ~ customer_id ~ ', email)', columns, seen_at
    ) }}
{%- endmacro %}
