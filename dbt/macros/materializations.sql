{# dbt builds beside the old relation, renames both and drops one, each in a call of its own, which is a third of the
   time of a small model. DuckDB changes its catalogue within transactions, so one call does: a model that fails leaves
   what was there. Beside the old table, since some models read what they said the night before. Nothing here keeps
   indexes, grants or comments, which no model has. #}
{%- materialization table, adapter='duckdb' -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- set beside = make_intermediate_relation(target) -%}
  {%- do drop_other_kind(target) -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement('main') -%}
    drop table if exists {{ beside }};
    {{ create_table_as(False, beside, compiled_code) }}
    drop table if exists {{ target }};
    alter table {{ beside }} rename to {{ adapter.quote(target.identifier) }};
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{%- materialization view, adapter='duckdb' -%}
  {%- set target = this.incorporate(type='view') -%}
  {%- do drop_other_kind(target) -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement('main') -%}
    drop view if exists {{ target }};
    {{ get_create_view_as_sql(target, compiled_code) }}
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {%- do adapter.commit() -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target]}) }}
{%- endmaterialization -%}

{# A view where a table shall be, or the other way round: of a time before the model changed. #}
{%- macro drop_other_kind(target) -%}
  {%- set existing = load_cached_relation(target) -%}
  {%- if existing is not none and existing.type != target.type -%}
    {%- do adapter.drop_relation(existing) -%}
  {%- endif -%}
{%- endmacro -%}
