{# Where columns lie between 0 and 1, the same in every night and for nothing else: to draw a share of customers by. #}
{% macro hashed_share(columns) -%}
    (cast(concat('0x', substr({{ hashed_id(columns) }}, 1, 8)) as bigint) / 4294967296.0)
{%- endmacro %}

{# Who is named by the segments that something lists for itself, such as an offer or a campaign: the steps `audiences`, each
   member of a listed segment, and `restricted`, what is for members alone. `segments` has `key`, segment, is_excluded. #}
{% macro audience_steps(segments, key) -%}
audiences as (
    select
        listed.{{ key }},
        listed.is_excluded,
        memberships.customer_id
    from {{ segments }} as listed
    inner join {{ ref('segment_memberships') }} as memberships on listed.segment = memberships.segment
),

restricted as (
    select distinct {{ key }}
    from {{ segments }}
    where not is_excluded
)
{%- endmacro %}

{# Whether a customer is in the audience: in a listed segment, where there is one, and in none that is excluded. For rows
   that are left joined with `restricted` by the key. #}
{% macro is_in_audience(rows, key, customers) -%}
    (
        restricted.{{ key }} is null
        or ({{ rows }}.{{ key }}, {{ customers }}.customer_id) in (
            select (audiences.{{ key }}, audiences.customer_id) from audiences
            where not audiences.is_excluded
        )
    )
    and ({{ rows }}.{{ key }}, {{ customers }}.customer_id) not in (
        select (audiences.{{ key }}, audiences.customer_id) from audiences
        where audiences.is_excluded
    )
{%- endmacro %}
