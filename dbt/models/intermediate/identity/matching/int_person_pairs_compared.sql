-- depends_on: {{ ref('int_persons_touched') }}
{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook=[
        "{{ delete_changed('left_id', ref('int_persons_touched'), 'person_id') }}",
        "{{ delete_changed('right_id', ref('int_persons_touched'), 'person_id') }}"
    ]
) }}
{{ compared_pairs(ref('int_person_pairs_blocked')) }}
