-- weights are kept from night to night, so that who is who changes with the records and not with the weights
with persons as (
    select count(*) as records
    from {{ ref('int_persons_normalized') }}
),

planned as (
    select
        persons.records,
        identity_settings.target_precision,
        identity_settings.match_probability,
        identity_settings.block_size,
        models.model_version,
        models.broad_block_size,
        case
            when models.model_version is null then 'no weights yet'
            when models.fields <> '{{ match_fields() | tojson }}' then 'other fields or levels'
            when
                models.target_precision <> identity_settings.target_precision
                or coalesce(models.match_probability, -1) <> coalesce(identity_settings.match_probability, -1)
                or models.block_size <> identity_settings.block_size
                then 'other settings'
            when persons.records > identity_settings.retrain_growth * models.records then 'many more records'
        end as reason
    from persons
    cross join {{ ref('stg_operations__identity_settings') }} as identity_settings
    left join {{ ref('stg_operations__match_models') }} as models on true
),

final as (
    select
        records,
        target_precision,
        match_probability,
        block_size,
        model_version,
        reason is not null as is_due,
        reason,
        -- broad blocks find what narrow ones miss; in a large table there are too many pairs in them
        case
            when reason is null then broad_block_size
            else cast(least(block_size, 1200000 / greatest(records, 1)) as integer)
        end as broad_block_size
    from planned
)

select * from final
