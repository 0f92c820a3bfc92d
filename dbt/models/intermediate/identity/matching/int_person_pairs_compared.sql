{{ config(
    materialized='incremental', incremental_strategy='append', on_schema_change='fail',
    pre_hook="{% if is_incremental() %}delete from {{ this }} where left_id in (select touched.person_id from "
        ~ "{{ ref('int_persons_touched') }} as touched) or right_id in (select touched.person_id from "
        ~ "{{ ref('int_persons_touched') }} as touched){% endif %}"
) }}
with compared as (
    {{ compared_pairs(ref('int_person_pairs_blocked')) }}
),

final as (
    select
        left_id,
        right_id,
        pattern
    from compared
)

select * from final
