{# What differs between DuckDB and Spark in numbers out of other things. #}

{# A number that texts share only if they are the same, but for one in 9e18: quicker to join by than the text. #}
{% macro number_of_text(columns) -%} cast(hash({{ columns | join(', ') }}) >> 1 as bigint) {%- endmacro %}

{% macro number_series(first, last) -%} select unnest(range({{ first }}, {{ last }} + 1)) as number {%- endmacro %}

{% macro date_digits(day) -%} strftime({{ day }}, '%Y%m%d') {%- endmacro %}

{% macro digits_of(text) -%} regexp_replace({{ text }}, '[^0-9]+', '', 'g') {%- endmacro %}

{# Null where the text is no number. #}
{% macro number_in_text(text) -%} try_cast({{ text }} as double) {%- endmacro %}

{# For reading: 1204 as 1,204. #}
{% macro with_thousands(number) -%} format('{:,}', cast({{ number }} as bigint)) {%- endmacro %}
