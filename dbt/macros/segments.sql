{# What the segments' files have in common, so that a new segment is one new file. #}

{# The models of the folder `segments`, in order of their names. Parsing cannot list a folder, so whoever calls dbt does
   (lib/transformation/dbt_project/project.py): as references, the names make memberships wait for every segment. When the night
   runs, the parsed project knows them itself. #}
{% macro segment_names() -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.fqn[1:-1] == ['segments'] -%}
            {%- do names.append(node.name) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do names.extend(env_var('KINDRED_SEGMENTS', '').split()) -%}
    {%- endif -%}
    {{- return(names | sort) -}}
{%- endmacro %}

{# What a segment says of itself; nothing while dbt parses, when other files are not read yet. #}
{% macro segment_meta(name) -%}
    {{- return(graph.nodes['model.' ~ project_name ~ '.' ~ name].config.meta if execute else {}) -}}
{%- endmacro %}

{# How a segment ends: the members that `members` found, in the columns that every segment has. In a unit test the model
   is the test, without meta: priorities are tested where they decide something. #}
{% macro segment(members) -%}
select
    cast(customer_id as {{ text_type() }}) as customer_id,
    cast('{{ (model.tested_node_unique_id or model.unique_id or '').split('.')[-1] }}' as {{ text_type() }}) as segment,
    cast({{ (model.config.meta or {}).get('priority', 0) }} as integer) as priority,
    cast(entered_at as timestamp) as entered_at
from {{ members }}
{%- endmacro %}

{# A text of the meta as SQL; null where it is left out. #}
{% macro text_or_null(text) -%}
    cast({{ "'" ~ (text | replace("'", "''")) ~ "'" if text is not none and text is defined else 'null' }} as {{ text_type() }})
{%- endmacro %}

{# For conditions of segments: (a, b) as texts. #}
{% macro one_of(texts) -%} ({% for text in texts %}{{ text_or_null(text) }}{{ ', ' if not loop.last }}{% endfor %}) {%- endmacro %}
