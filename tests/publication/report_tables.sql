-- the published tables that the report reads, by the columns users rely on, and no others
create schema marts;
create schema activation;
create schema experiments;
create schema quality;
create table marts.dim_customers (
    customer_id varchar, is_known boolean, first_name varchar, last_name varchar, email varchar
);
create table marts.customer_identities (
    source varchar, source_table varchar, record_kind varchar, source_record_id varchar, customer_id varchar,
    matched_by varchar, match_probability double
);
create table marts.dim_products (
    product_id varchar, name varchar
);
create table marts.fct_orders (
    feed varchar, order_id varchar, customer_id varchar, ordered_at timestamp, store_id varchar,
    channel varchar, currency varchar, total_amount double, total_amount_in_base_currency double,
    is_return boolean
);
create table marts.fct_order_lines (
    order_id varchar
);
create table marts.fct_events (
    event_id varchar, customer_id varchar, tracking_plan_finding varchar
);
create table activation.segment_memberships (
    customer_id varchar, segment varchar, entered_at timestamp, is_primary boolean, computed_at timestamp,
    run_id varchar
);
create table activation.customer_recommendations (
    customer_id varchar, list_name varchar, rank integer, product_id varchar, score double, strategy varchar,
    reason varchar, model_version varchar, computed_at timestamp, run_id varchar
);
create table quality.ingested_files (
    file_path varchar, source varchar, source_table varchar, content_hash varchar, status varchar,
    rows_in bigint, rows_loaded bigint, rows_rejected bigint, ingested_at timestamp, run_id varchar,
    reason varchar, rows_late bigint, first_late_at timestamp, first_missed_at timestamp
);
create table quality.rejected_rows (
    file_path varchar, content_hash varchar, source varchar, source_table varchar, row_number bigint,
    column_name varchar, reason varchar, raw_row varchar, run_id varchar
);
create table quality.nulled_values (
    file_path varchar, content_hash varchar, source varchar, source_table varchar, row_number bigint,
    column_name varchar, reason varchar, raw_value varchar, run_id varchar
);
create table quality.validation_results (
    table_name varchar, expectation varchar, column_name varchar, is_success boolean, severity varchar,
    observed_value varchar, checked_at timestamp, run_id varchar
);
create table quality.model_evaluations (
    model varchar, model_version varchar, metric varchar, value double, ci_low double, ci_high double,
    split varchar, evaluated_at timestamp, run_id varchar, customers integer
);
create table quality.model_versions (
    model varchar, model_version varchar, status varchar, trained_at timestamp, data_hash varchar,
    parameters json, run_id varchar, reason varchar, withdrawn_at timestamp
);
create table quality.tuning_trials (
    model varchar, study varchar, trial integer, value double, fold_values json, parameters json, customers integer,
    as_of timestamp, finished_at timestamp, run_id varchar
);
create table quality.recommendation_performance (
    strategy varchar, model_version varchar, shown_date date, impressions bigint, clicks bigint, purchases bigint
);
create table quality.tracking_plan_findings (
    event_name varchar, finding varchar, parameter varchar, feed varchar, events bigint, first_seen_at timestamp,
    last_seen_at timestamp
);
create table quality.order_currencies (
    currency varchar, is_base boolean, reason varchar, orders bigint, orders_without_rate bigint,
    first_ordered_at timestamp, last_ordered_at timestamp
);
create table quality.missing_exchange_rates (
    currency varchar, latest_rate_date date, reason varchar, orders bigint, first_ordered_at timestamp,
    last_ordered_at timestamp
);
create table marts.identity_changes (
    change varchar, customer_id varchar, previous_customer_id varchar, reason varchar, changed_at timestamp,
    run_id varchar
);
create table quality.refused_merges (
    left_record varchar, right_record varchar, reason varchar, detail varchar, match_weight double, run_id varchar
);
create table quality.merges_to_review (
    place integer, left_record varchar, right_record varchar, is_one_customer boolean, reason varchar,
    match_weight double, margin double, evidence json
);
create table quality.match_weights (
    model_version varchar, field varchar, level integer, label varchar, match_share double, other_share double,
    household_share double, match_weight double
);
create table quality.identity_measures (
    metric varchar, feed varchar, record_kind varchar, value double, as_of timestamp, run_id varchar
);
create table marts.customer_features (
    customer_id varchar, as_of timestamp, is_known boolean, recency_days integer, order_count integer,
    total_revenue double, recency_score integer, frequency_score integer, monetary_score integer
);
create table marts.customer_lifecycle (
    customer_id varchar, state varchar, previous_state varchar, changed_at timestamp
);
create table marts.customer_scores (
    customer_id varchar, purchase_probability_30_days double, churn_probability double, value_12_months double,
    model_version varchar
);
create table marts.dim_clusters (
    cluster integer, label varchar, customers integer, share double, silhouette double, drift double,
    fitted_at timestamp
);
create table activation.segments (
    segment varchar, label varchar, description varchar, minimum_size integer, customers integer,
    is_published boolean, run_id varchar
);
create table activation.segment_performance (
    segment varchar, as_of timestamp, customers integer, orders_30_days integer, revenue_30_days double,
    conversion_rate_30_days double, email_click_rate_30_days double, run_id varchar
);
create table activation.segment_events (customer_id varchar, segment varchar, event varchar);
create table activation.segment_overlaps (
    segment varchar, other_segment varchar, customers integer, share double, jaccard double
);
create table activation.cohort_retention (
    cohort_month date, months_since integer, customers integer, active_customers integer, retention_rate double
);
create table quality.column_profiles (as_of timestamp, table_name varchar, column_name varchar);
create table quality.feed_arrivals (
    as_of timestamp, feed varchar, files bigint, row_count bigint, rejected_count bigint, run_id varchar
);
create table quality.anomalies (
    as_of timestamp, kind varchar, table_name varchar, column_name varchar, figure varchar, observed double,
    expected_low double, expected_high double, severity varchar, remedy varchar, is_acknowledged boolean,
    acknowledged_by varchar, acknowledged_reason varchar, acknowledged_until date, run_id varchar
);
create table quality.reconciliations (
    feed varchar, step varchar, measure varchar, entered double, superseded double, repeated double, left_out double,
    expected double, arrived double, is_reconciled boolean
);
create table quality.delivery_log (
    destination varchar, table_name varchar, added bigint, changed bigint, removed bigint, failed bigint,
    status varchar, reason varchar, started_at timestamp, finished_at timestamp, run_id varchar
);
