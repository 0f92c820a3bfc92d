-- surveys say in the question what an answer is about
with answers as (
    select
        records.customer_id,
        {{ survey_theme('surveys.question') }} as theme,
        surveys.answer
    from {{ ref('stg_crm__surveys') }} as surveys
    inner join {{ ref('int_records_resolved') }} as records
        on surveys.feed = records.feed
        and records.record_kind = 'customer'
        and surveys.customer_id_crm = records.source_record_id
    where surveys.answer is not null
),

final as (
    select
        customer_id,
        {{ json_set('answer', "theme = 'interests'") }} as survey_interests,
        {{ json_set('answer', "theme = 'values'") }} as survey_values
    from answers
    where theme is not null
    group by 1
)

select * from final
