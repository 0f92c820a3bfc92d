{# dbt builds beside the old relation, renames both and drops one, each in a call of its own, which is a third of the
   time of a small model. DuckDB changes its catalogue within transactions, so one call does: a model that fails leaves
   what was there. Beside the old table, since some models read what they said the night before. Nothing here keeps
   indexes, grants or comments, which no model has. #}
{%- materialization table, adapter='duckdb' -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- set beside = make_intermediate_relation(target) -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement('main') -%}
    {{ drop_of_any_kind(beside, 'table') }}
    {{ create_table_as(False, beside, compiled_code) }}
    {{ drop_of_any_kind(target, 'table') }}
    alter table {{ beside }} rename to {{ adapter.quote(target.identifier) }};
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{%- materialization view, adapter='duckdb' -%}
  {%- set target = this.incorporate(type='view') -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement('main') -%}
    {{ drop_of_any_kind(target, 'view') }}
    {{ get_create_view_as_sql(target, compiled_code) }}
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{# Of a time before the model changed, a view may stand where a table shall be, or the other way round. #}
{%- macro drop_of_any_kind(relation, kind) -%}
  {%- set existing = load_cached_relation(relation) -%}
  drop {{ existing.type if existing is not none else kind }} if exists {{ relation }};
  {%- if existing is not none %}{% do adapter.cache_dropped(existing) %}{% endif -%}
{%- endmacro -%}
