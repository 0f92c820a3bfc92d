select
    reviews.feed,
    records.customer_id,
    reviews.product_id,
    reviews.review_text,
    reviews.rating,
    reviews.reviewed_at
from {{ ref('stg_products__reviews') }} as reviews
left join {{ ref('int_records_resolved') }} as records
    on reviews.feed = records.feed
    and records.record_kind
    = case when reviews.customer_id_products is not null then 'customer' else 'email' end
    and coalesce(reviews.customer_id_products, reviews.email) = records.source_record_id
