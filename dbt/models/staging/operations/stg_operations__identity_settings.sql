-- an aggregate is one row, whatever the source holds; defaults as in lib/transformation/identity_settings
with source as (
    select * from {{ source('operations', 'identity_settings') }}
),

renamed as (
    select
        -- text
        max(default_country) as default_country,
        coalesce(max(national_id_conflict), 'evidence') as national_id_conflict,
        coalesce(max(birth_date_conflict), 'evidence') as birth_date_conflict,

        -- numerics
        coalesce(max(target_precision), 0.98) as target_precision,
        max(match_probability) as match_probability,
        coalesce(max(review_margin_bits), 3) as review_margin_bits,
        coalesce(max(most_customers_per_email), 3) as most_customers_per_email,
        coalesce(max(most_customers_per_phone), 3) as most_customers_per_phone,
        coalesce(max(most_customers_per_loyalty_id), 2) as most_customers_per_loyalty_id,
        coalesce(max(most_customers_per_national_id), 2) as most_customers_per_national_id,
        coalesce(max(most_users_per_visitor), 1) as most_users_per_visitor,
        coalesce(max(largest_cluster), 40) as largest_cluster,
        coalesce(max(birth_date_conflict_years), 10) as birth_date_conflict_years,
        coalesce(max(retrain_growth), 2.0) as retrain_growth,
        coalesce(max(block_size), 60) as block_size,

        -- booleans
        coalesce(max(match_visitors_by_behaviour), false) as match_visitors_by_behaviour
    from source
),

final as (
    select * from renamed
)

select * from final
