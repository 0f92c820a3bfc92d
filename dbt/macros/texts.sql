{# What differs between DuckDB and Spark in texts: regular expressions, hashes, JSON, the name of the text
   type. #}

{% macro text_type() -%} varchar {%- endmacro %}

{% macro json_text(column) -%} cast({{ column }} as {{ text_type() }}) {%- endmacro %}

{% macro blank_to_null(column) -%} nullif(trim({{ column }}), '') {%- endmacro %}

{# An expression that names a value several times, which is worked out once: engines work it out at each naming.
   Regular expressions are dear in `expression`, where DuckDB compiles them for each row. #}
{% macro with_value(name, value, expression) -%}
    list_transform([{{ value }}], lambda {{ name }}: {{ expression }})[1]
{%- endmacro %}

{# Ids out of pandas exports: `17850.0`, in some countries `17850,0`, is 17850, and `nan` is no id at all. #}
{% macro repaired_id(column) -%}
    case
        when lower(trim({{ column }})) in ('', 'nan', 'none', 'null', '<na>') then null
        when {{ column }} not like '%.0%' and {{ column }} not like '%,0%' then trim({{ column }})
        else regexp_replace(trim({{ column }}), '^([0-9]+)[.,]0$', '\1')
    end
{%- endmacro %}

{# A digest that a contract wrote in place of the value (keep: hashed) still links records. #}
{% macro is_digest(column) -%}
    regexp_matches(lower(trim({{ column }})), '^(sha256:)?[0-9a-f]{32,64}$')
{%- endmacro %}

{# Lower case, trimmed; null where it is no address. #}
{% macro normalized_email(column) -%}
    case
        when regexp_matches(lower(trim({{ column }})), '^(mailto:)?[^@\s]+@[^@\s]+$')
            then regexp_replace(lower(trim({{ column }})), '^mailto:', '')
        when {{ is_digest(column) }} then lower(trim({{ column }}))
    end
{%- endmacro %}

{# Digits alone, without extension, `(0)`, pandas' `.0` or the international prefix; null below 7 or above 15
   digits and for one digit repeated, which is how people fill a required field. #}
{% macro normalized_phone(column) -%}
    {%- set digits -%}
        regexp_replace(
            regexp_replace(
                regexp_replace(lower(trim({{ column }})), '(\s*(x|ext).*|\.0)$|\(0\)', '', 'g'),
                '[^0-9]+', '', 'g'
            ), '^00', ''
        )
    {%- endset -%}
    case
        when {{ is_digest(column) }} then lower(trim({{ column }}))
        else {{ with_value('digits', digits, "case
            when length(digits) between 7 and 15 and replace(digits, left(digits, 1), '') <> '' then digits
        end") }}
    end
{%- endmacro %}

{# One id out of several columns; a separator that no export contains keeps ('a', 'bc') from being ('ab',
   'c'). #}
{% macro hashed_id(columns) -%}
    md5(concat_ws(
        chr(31)
        {%- for column in columns %}, coalesce(cast({{ column }} as {{ text_type() }}), ''){% endfor %}
    ))
{%- endmacro %}

{# The year of a date of birth in any spelling that writes it with four digits; null elsewhere. #}
{% macro birth_year(column) -%}
    nullif(regexp_extract({{ column }}, '(^|[^0-9])((19|20)[0-9]{2})', 2), '')
{%- endmacro %}

{# A page without what differs from visit to visit: protocol, www, query, fragment, and the slash at its end. #}
{% macro page_address(url) -%}
    {#- a regular expression would take ten times as long -#}
    {%- set address -%} split_part(split_part(split_part({{ url }}, '?', 1), '#', 1), '://', -1) {%- endset -%}
    rtrim(case when {{ url }} like '%www.%' then regexp_replace({{ address }}, '^www\.', '') else {{ address }} end, '/')
{%- endmacro %}

{% macro split_text(column, separator) -%} string_split({{ column }}, '{{ separator }}') {%- endmacro %}

{# Every column but these: DuckDB says exclude, Spark except. #}
{% macro all_but(columns) -%} * exclude ({{ columns | join(', ') }}) {%- endmacro %}

{# Kindred's own id of an event, unique across feeds: out of the source's id where it gives one, else out of
   the event's content, so that an event delivered twice has one id. #}
{% macro event_id(content) -%}
    case
        when {{ blank_to_null('event_id') }} is not null then {{ hashed_id(['_feed', 'trim(event_id)']) }}
        else {{ hashed_id(content) }}
    end
{%- endmacro %}

{# A sentence out of texts and numbers. #}
{% macro joined_words(words) -%} concat({{ words | join(', ') }}) {%- endmacro %}

{# What a question of a survey is about, interests or values; null where it is neither. #}
{% macro survey_theme(question) -%}
    case
        when regexp_matches(
            strip_accents(lower({{ question }})),
            '\b(interes|interet|hobb|enjoy|passion|favou?rite|free time|like to do|spare time|loisir|freizeit)'
        ) then 'interests'
        when regexp_matches(
            strip_accents(lower({{ question }})),
            '\b(values\b|matter|important|priorit|care about|wichtig|werte\b|valeurs\b|valores\b|compte le plus)'
        ) then 'values'
    end
{%- endmacro %}
