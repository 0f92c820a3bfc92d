-- depends_on: {{ ref('int_persons_changed') }}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{{ delete_changed('person_id', ref('int_persons_changed')) }}"
) }}
{% if is_incremental() -%}
select {{ all_but(['is_arrived']) }}
from {{ ref('int_persons_changed') }}
where is_arrived
{%- else -%}
select * from {{ ref('int_persons_described') }}
{%- endif %}
