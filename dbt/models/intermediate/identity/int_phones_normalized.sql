{%- set before = as_last_built('int_phones_normalized') -%}
-- reading a number costs some forty microseconds: those that the last build read are taken from it
with written as (
    select distinct
        phone,
        dialling_country
    from {{ ref('int_person_mentions_unioned') }}
    where phone is not null
),

read_before as (
    {% if before -%}
    select
        phone,
        dialling_country,
        phone_e164
    from {{ before }}
    {% else -%}
    select
        phone,
        dialling_country,
        cast(null as {{ text_type() }}) as phone_e164
    from written
    where false
    {% endif -%}
),

phones as (
    select
        written.phone,
        written.dialling_country,
        read_before.phone_e164
    from written
    inner join read_before
        on written.phone = read_before.phone and written.dialling_country = read_before.dialling_country
    union all
    select
        written.phone,
        written.dialling_country,
        case when not {{ is_digest('written.phone') }} then e164(written.phone, written.dialling_country) end
            as phone_e164
    from written
    left join read_before
        on written.phone = read_before.phone and written.dialling_country = read_before.dialling_country
    where read_before.phone is null
),

final as (
    select
        *,
        {{ phone_match_key('phone', 'phone_e164') }} as match_key
    from phones
)

select * from final
