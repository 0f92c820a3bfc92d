{# What a night's build adds to tables that stand already. Which files came and went since the last finished build
   is in operations.changed_files; a build that makes all anew finds nothing there that it would read. #}

{# The table as the last build left it, for a model that stands before it or is it; none where all is made anew and in
   unit tests, where a model has no table. `schema` where it is another than the model's own. #}
{% macro as_last_built(name, schema=none) -%}
    {%- set path = {'identifier': name, 'schema': schema or this.schema} if this -%}
    {%- set relation = load_cached_relation(this.incorporate(path=path)) if execute and this -%}
    {{- return(relation if relation and relation.is_table and not should_full_refresh() else none) -}}
{%- endmacro %}

{% macro build_number() -%}
    (select build.build_number from {{ ref('stg_operations__current_build') }} as build)
{%- endmacro %}

{# As a constant, since engines skip what cannot pass a constant, and plan badly around a subquery. #}
{% macro previous_as_of() -%}
    {%- set build = ref('stg_operations__current_build') -%}
    {%- set moment = run_query('select previous_as_of from ' ~ build).columns[0].values()[0] if execute else '-infinity' -%}
    cast('{{ moment }}' as timestamp)
{%- endmacro %}

{% macro added_files() -%}
    (select files.file_id from {{ ref('stg_operations__changed_files') }} as files where files.is_added)
{%- endmacro %}

{% macro removed_files() -%}
    (select files.file_id from {{ ref('stg_operations__changed_files') }} as files where not files.is_added)
{%- endmacro %}

{# The rows of a staging view that no build has seen: those of added files, and those whose time has come since. #}
{% macro arrived(relation, columns, times) -%}
    select {{ columns }} from {{ relation }}
    where file_id in {{ added_files() }}
    {%- if times %}
    union all
    select {{ columns }} from {{ relation }}
    where
        file_id not in {{ added_files() }}
        and ({% for time in times %}{{ time }} > {{ previous_as_of() }}{{ ' or ' if not loop.last }}{% endfor %})
    {%- endif %}
{%- endmacro %}

{# A hook of an incremental model: what `changed` names goes, and the model's rows of these keys take its place. #}
{% macro delete_changed(key, changed, changed_key=none) -%}
    {%- if is_incremental() -%}
    delete from {{ this }}
    where {{ key }} in (select changed.{{ changed_key or key }} from {{ changed }} as changed)
    {%- endif -%}
{%- endmacro %}

{# The same of the rows that came out of files which are gone. #}
{% macro delete_removed_files() -%}
    {%- if is_incremental() -%}
    delete from {{ this }} where file_id in {{ removed_files() }}
    {%- endif -%}
{%- endmacro %}

{# The filter that goes with delete_changed, beside a condition of the model's own: all rows where all is made anew. #}
{% macro where_changed(key, changed, condition=none) -%}
    {%- set conditions = [condition] if condition else [] -%}
    {%- if is_incremental() -%}
        {%- do conditions.append(key ~ ' in (select changed.' ~ key ~ ' from ' ~ changed ~ ' as changed)') -%}
    {%- endif -%}
    {{ 'where ' ~ conditions | join(' and ') if conditions }}
{%- endmacro %}
