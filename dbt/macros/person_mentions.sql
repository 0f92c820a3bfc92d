{# One row a record and set of identifiers that `relation` shows together, with the first and last time it
   did. `columns` maps the identifier columns of int_person_mentions_unioned to expressions; what is left out
   is null. #}
{% macro person_mentions(
    relation, record_kind, source_record_id, columns, first_seen_at, last_seen_at=none
) -%}
    {%- set known = plain_identifiers() | map(attribute='column') | list + ['phone', 'country'] -%}
    {%- for column in columns if column not in known -%}
        {{- exceptions.raise_compiler_error(column ~ ' is no column of an entry of identifiers()') -}}
    {%- endfor -%}
    select
        feed,
        {{ record_kind }} as record_kind,
        {{ source_record_id }} as source_record_id,
        {%- for column in known %}
        {{ columns.get(column, 'cast(null as ' ~ text_type() ~ ')') }} as {{ column }},
        {%- endfor %}
        min({{ first_seen_at }}) as first_seen_at,
        max({{ last_seen_at or first_seen_at }}) as last_seen_at
    from {{ relation }}
    where {{ source_record_id }} is not null
    group by {{ range(1, known | length + 4) | join(', ') }}
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
