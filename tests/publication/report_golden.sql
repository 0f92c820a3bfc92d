-- twenty-four customers, two feeds, a file in quarantine, three rejected rows, one warning, a champion
insert into marts.dim_customers
    select 'c' || i, i < 20, 'Zebedee', 'Quux', 'zebedee.quux@example.org' from range(24) r(i);
insert into marts.customer_identities
    select 'crm', 'customers', 'customer', 's' || i, 'c' || i, 'self', 1 from range(20) r(i)
    union all select 'pos', 'orders', 'guest_order', 'o' || i, 'c' || i, 'email', 1 from range(18, 24) r(i);
insert into marts.fct_orders values
    ('pos/orders', '1', 'c1', '2026-01-02', null, null, 'EUR', 1200, 1200, false),
    ('pos/orders', '2', 'c2', '2026-01-02', null, null, 'USD', 100, 90, false),
    ('pos/orders', '3', 'c2', '2026-01-03', null, null, 'EUR', 40, 40, true),
    ('pos/orders', '4', 'c2', '2026-01-04', null, null, 'EUR', -40, -40, true),
    ('pos/orders', '5', 'c2', '2026-01-04', null, null, 'ZZZ', 7, null, false);
insert into marts.fct_events
    select i::varchar, 'c1', case when i < 5 then 'missing_parameter order_id; wrong_type value' end
    from range(1234) r(i);
insert into activation.segment_memberships
    select 'c' || i, 'loyal', '2026-01-01', true, '2026-01-31', 'run-2' from range(10) r(i)
    union all select 'c' || i, 'tiny', '2026-01-01', false, '2026-01-31', 'run-2' from range(9) r(i);
insert into activation.customer_recommendations
    select 'c' || i, 'for_you', k, 'p', 1, if(i < 5, 'hybrid', 'popularity'), '', 'v2', '2026-01-31', 'run-2'
    from range(8) r(i), range(1, 11) q(k);
insert into quality.ingested_files (
    file_path, source, source_table, content_hash, status, rows_in, rows_loaded, rows_rejected, ingested_at, run_id,
    reason
) values
    ('pos/orders/a.csv', 'pos', 'orders', 'h1', 'replaced', 50, 48, 2, '2026-01-30', 'run-1', null),
    ('pos/orders/a.csv', 'pos', 'orders', 'h2', 'loaded', 1500, 1497, 3, '2026-01-31', 'run-2', null),
    ('pos/orders/b.csv', 'pos', 'orders', 'h2', 'duplicate', 0, 0, 0, '2026-01-31', 'run-2', null),
    ('pos/orders/c.csv', 'pos', 'orders', 'h3', 'quarantined', 0, 0, 0, '2026-01-30', 'run-1', 'the file is empty'),
    ('pos/orders/c.csv', 'pos', 'orders', 'h4', 'loaded', 5, 5, 0, '2026-01-31', 'run-2', null),
    ('crm/customers/d.csv', 'crm', 'customers', 'h5', 'quarantined', 0, 0, 0, '2026-01-31', 'run-2',
     'the required column ''customer_id'' is missing (columns without a use: ''Zebedee'', ''19 Canary Lane'')');
update quality.ingested_files set rows_late = 40, first_late_at = '2026-01-28', first_missed_at = '2026-01-29'
    where content_hash in ('h1', 'h2');
update quality.ingested_files set rows_late = 2, first_late_at = '2026-01-29', first_missed_at = '2026-01-30'
    where content_hash = 'h4';
insert into quality.rejected_rows values
    ('pos/orders/a.csv', 'h1', 'pos', 'orders', 1, 'ordered_at', 'old', 'Zebedee', 'run-1'),
    ('pos/orders/a.csv', 'h2', 'pos', 'orders', 1, 'ordered_at', 'not a time', 'Zebedee,Quux', 'run-2'),
    ('pos/orders/a.csv', 'h2', 'pos', 'orders', 1, 'order_id', 'required', 'Zebedee,Quux', 'run-2'),
    ('pos/orders/a.csv', 'h2', 'pos', 'orders', 2, 'ordered_at', 'not a time', '+49 170 5550199', 'run-2'),
    ('pos/orders/a.csv', 'h2', 'pos', 'orders', 3, null, 'more fields', 'x', 'run-2');
insert into quality.nulled_values values
    ('pos/orders/a.csv', 'h2', 'pos', 'orders', 9, 'total_amount', 'not a number', '+49 170 5550199', 'run-2');
insert into quality.validation_results values
    ('marts.fct_orders', 'expect_a', null, false, 'error', '1', '2026-01-30', 'run-1'),
    ('marts.fct_orders', 'expect_a', null, true, 'error', '1', '2026-01-31', 'run-2'),
    ('marts.fct_orders', 'expect_b', 'currency', false, 'warn', '0.75', '2026-01-31', 'run-2'),
    ('raw.crm_customers', 'expect_c', null, true, 'error', null, '2026-01-30', 'run-1');
insert into quality.model_versions values
    ('hybrid', 'v1', 'retired', '2026-01-30', '', '{"as_of": "2026-01-29T23:59:00"}', 'run-1', null, null),
    ('hybrid', 'v2', 'champion', '2026-01-31', '', '{"as_of": "2026-01-30T23:59:00", "tuned_by": "s/1"}', 'run-2', null,
     null),
    ('churn', 'v3', 'champion', '2026-02-01', '', '{"as_of": "2026-01-31T23:59:00"}', 'run-2', null, null);
insert into quality.model_evaluations values
    ('hybrid', 'v1', 'ndcg@10', 0.999, 0.99, 1, 'test', '2026-01-30', 'run-1', 40),
    ('hybrid', 'v2', 'ndcg@10', 0.888, 0.8, 0.9, 'validation', '2026-01-31', 'run-2', 40),
    ('hybrid', 'v2', 'ndcg@10', 0.377, 0.36, 0.394, 'test', '2026-01-31', 'run-2', 40),
    ('popularity', 'v2', 'ndcg@10', 0.145, 0.134, 0.157, 'test', '2026-01-31', 'run-2', 40),
    ('personal_frequency', 'v2', 'ndcg@10', 0.402, 0.39, 0.41, 'test', '2026-01-31', 'run-2', 40),
    ('hybrid', 'v2', 'recall@10', 0.121, 0.114, 0.129, 'test', '2026-01-31', 'run-2', 40),
    ('hybrid', 'v2', 'ndcg@10[history=2-4]', 0.3, 0.2, 0.4, 'test', '2026-01-31', 'run-2', 12),
    ('popularity', 'v2', 'ndcg@10[history=2-4]', 0.2, 0.1, 0.3, 'test', '2026-01-31', 'run-2', 12),
    ('hybrid', 'v2', 'ndcg@10[history=20+]', 0.5, 0.4, 0.6, 'test', '2026-01-31', 'run-2', 11),
    ('hybrid', 'v2', 'ndcg@10[segment=loyal]', 0.4, 0.3, 0.5, 'test', '2026-01-31', 'run-2', 10),
    ('hybrid', 'v2', 'ndcg@10[segment=tiny]', 0.9, 0.9, 0.9, 'test', '2026-01-31', 'run-2', 9),
    ('hybrid', 'v2', 'recall@10[history=2-4]', 0.8, 0.8, 0.8, 'test', '2026-01-31', 'run-2', 12);
insert into quality.tracking_plan_findings values
    ('purchase', 'missing_parameter', 'order_id', 'web/events', 3, '2026-01-02', '2026-01-03'),
    ('purchase', 'missing_parameter', 'order_id', 'app/events', 2, '2026-01-01', '2026-01-02'),
    ('purchase', 'wrong_type', 'value', 'web/events', 5, '2026-01-02', '2026-01-03');
insert into quality.order_currencies values
    ('EUR', true, 'named by the settings', 3, 0, '2026-01-02', '2026-01-04'),
    ('ZZZ', false, 'no exchange rates, and not the base currency', 1, 1, '2026-01-04', '2026-01-04');
insert into quality.missing_exchange_rates values
    ('ZZZ', null, 'no rates of this currency', 1, '2026-01-04', '2026-01-04');
insert into marts.identity_changes values
    ('merged', 'c1', 'c99', 'joined by email', '2026-01-31 23:59', 'run-2'),
    ('merged', 'c2', 'c98', 'joined by email', '2026-01-31 23:59', 'run-2'),
    ('split', 'c97', 'c3', 'parted: nothing links them any more', '2026-01-31 23:59', 'run-2'),
    ('tombstoned', 'c96', null, 'its records vanished', '2026-01-30', 'run-1');
insert into quality.refused_merges
    select 'crm/customers|customer|C100000', 'crm/customers|customer|C10000' || i, 'identifier overused',
        'phone shared by 6 customers', null, 'run-2' from range(1, 6) r(i)
    union all values
    ('crm/customers|customer|Zebedee', 'email/events|email|zebedee.quux@example.org', 'excluded by a person',
     'by Zebedee Quux', 9.5, 'run-2');
insert into quality.merges_to_review values
    (1, 'crm/customers|customer|C100231', 'crm/customers|customer|Quux', true, 'just above the threshold', 2, 0.5,
     '{"prior": -10, "fields": [{"field": "surname", "finding": "rare name", "weight": 16},
       {"field": "birth_date", "finding": "different", "weight": -3}], "same_household": -1, "threshold": 1.5}'),
    (2, 'crm/customers|customer|C100002', 'shop/people|customer|zebedee.quux@example.org', false, 'below threshold', 0,
     -1.5, '{"prior": -10, "fields": [{"field": "email", "finding": "same", "weight": 10}], "same_household": 0,
       "threshold": 1.5}');
insert into quality.match_weights values
    ('m_1', 'surname', 0, 'missing', 1, 1, 1, 0),
    ('m_1', 'surname', 1, 'different', 0.05, 0.8, 0.2, -4),
    ('m_1', 'surname', 2, 'rare name', 0.64, 0.01, 0.3, 6),
    ('m_1', 'email', 1, 'different', 0.2, 0.4, 0.4, -1),
    ('m_1', 'email', 2, 'same', 0.8, 0.0002, 0.1, 12);
insert into quality.identity_measures
    select 'match_rate', feed, kind, value, as_of::timestamp, 'run-' || as_of
    from (values
        ('crm/customers', 'customer', 0.8, '2026-01-28'), ('crm/customers', 'customer', 0.2, '2026-01-29'),
        ('crm/customers', 'customer', 0.3, '2026-01-30'), ('crm/customers', 'customer', 0.1, '2026-01-31 23:59'),
        (null, null, 0.2, '2026-01-30'), (null, null, 0.1538, '2026-01-31 23:59'), (null, null, 0.9, '2026-02-01')
    ) as measures(feed, kind, value, as_of)
    union all values
    ('duplicate_rate', 'pos/orders', 'customer', 0, '2026-01-30', 'run-1'),
    ('duplicate_rate', 'crm/customers', 'customer', 0, '2026-01-31 23:59', 'run-2'),
    ('estimated_precision', null, null, 0.98, '2026-01-31 23:59', 'run-2'),
    ('estimated_recall', null, null, 0.91, '2026-01-31 23:59', 'run-2'),
    ('estimated_recall', null, null, 0.99, '2026-01-30', 'run-1');
-- forty-two buyers: twenty of the top fifth by revenue, who bought lately and often, twelve of the middle one and ten of
-- the lowest, of whom seven bought a while ago
insert into marts.customer_features
    select 'c' || i, '2026-01-31 23:59', true, if(i < 20, 3, 90), if(i < 20, 4, 1), if(i < 20, 90, 20),
        case when i < 20 then 5 when i < 39 then 2 else 1 end, case when i < 20 then 5 when i < 32 then 3 else 1 end,
        case when i < 20 then 5 when i < 32 then 3 else 1 end
    from range(42) r(i);
insert into marts.customer_lifecycle
    select 'c' || i, 'loyal', 'active', if(i < 4, '2026-01-20', '2025-06-01')::timestamp from range(24) r(i)
    union all select 'c' || i, 'active', 'new', if(i < 34, '2026-01-20', '2025-06-01')::timestamp from range(24, 36) r(i)
    union all select 'c' || i, 'lapsed', 'at_risk', '2025-06-01' from range(36, 42) r(i);
insert into marts.customer_scores
    select 'c' || i, 0.95, 0.1, 50, 'purchase=v1' from range(10) r(i)
    union all select 'c' || i, 0.05, 0.9, 5, 'purchase=v1' from range(10, 15) r(i);
insert into marts.dim_clusters values (1, 'many orders', 30, 0.6667, 0.41, 0.02, '2026-01-25'),
    (2, 'few orders', 5, 0.1111, 0.41, 0.3, '2026-01-25'), (3, 'no orders', 10, 0.2222, 0.41, 0.3, '2026-01-25');
insert into activation.segments values
    ('loyal', 'Loyal <3', 'Bought four times.', 1, 10, true, 'run-2'),
    ('lately', 'Lately', 'Bought this week.', 1, 10, true, 'run-2'),
    ('tiny', 'Tiny', 'Hardly anybody.', 1, 9, true, 'run-2'),
    ('under', 'Under its size', 'Too few.', 50, 20, false, 'run-2'),
    ('few', 'Few', 'Three.', 50, 3, false, 'run-2'),
    ('fewer', 'Fewer', 'Nobody.', 50, 0, false, 'run-2');
insert into activation.segment_performance values
    ('loyal', '2026-01-31', 10, 31, 1234.5, 1, 0.25, 'run-2'), ('lately', '2026-01-31', 10, 9, 99, 0.9, 1, 'run-2'), ('loyal', '2026-01-30', 9, 1, 1, 0.1, 0, 'run-1');
insert into activation.segment_events values ('c1', 'loyal', 'entered'), ('c2', 'loyal', 'entered'), ('c3', 'loyal', 'exited');
insert into activation.segment_overlaps values
    ('loyal', 'lately', 10, 0.5, 0.33), ('lately', 'loyal', 10, 0.5, 0.33), ('loyal', 'tiny', 9, 0.9, 0.9), ('loyal', 'loyal', 10, 1, 1);
insert into activation.cohort_retention values
    ('2025-11-01', 0, 40, 40, 1), ('2025-11-01', 1, 40, 10, 0.25), ('2025-11-01', 2, 40, 8, 0.2),
    ('2025-12-01', 0, 5, 5, 1), ('2025-12-01', 1, 5, 1, 0.2);
insert into quality.tuning_trials values
    ('hybrid', 's', 0, 0.2, '[0.2]', '{"factors": 64, "confidence": 3.0}', 30, '2026-01-30', '2026-01-30', 'tuning'),
    ('hybrid', 's', 1, 0.25, '[0.25]', '{"factors": 64, "confidence": 4.56789}', 30, '2026-01-30', '2026-01-30', 'tuning'),
    ('hybrid', 's', 2, 0.1, '[0.1]', '{"factors": 9, "confidence": 1.0}', 30, '2026-01-30', '2026-01-30', 'tuning'),
    ('hybrid', 'older', 0, 0.9, '[0.9]', '{"factors": 1, "confidence": 1.0}', 30, '2026-01-01', '2026-01-01', 'tuning');
insert into quality.recommendation_performance values
    ('hybrid', 'v2', '2026-01-30', 100, 10, 0),
    ('hybrid', 'v2', '2026-01-31', 100, 20, 9),
    ('popularity', null, '2026-01-31', 40, 3, 0),
    ('hybrid', 'v1', '2026-01-03', 500, 50, 50);
-- three nights, in the second of which nothing came; the fourth is one of the future
insert into quality.column_profiles
    select unnest([
        timestamp '2026-01-29 23:59', timestamp '2026-01-30 23:59', timestamp '2026-01-31 23:59', timestamp '2026-02-01'
    ]), 'marts.fct_orders', unnest(['order_id', 'order_id', 'order_id', 'order_id']);
insert into quality.feed_arrivals values
    ('2026-01-29 23:59', 'pos/orders', 1, 1000, 4, 'run-0'), ('2026-01-31 23:59', 'pos/orders', 2, 1500, 3, 'run-2'),
    ('2026-01-31 23:59', 'crm/customers', 1, 20, 0, 'run-2'), ('2026-02-01', 'crm/customers', 1, 9999, 0, 'run-3');
insert into quality.anomalies values
    ('2026-01-30 23:59', 'table_volume', 'marts.fct_events', null, 'rows', 1, 2, 3, 'warn', 'of an earlier night', false,
     null, null, null, 'run-1'),
    ('2026-01-31 23:59', 'feed_freshness', 'email/events', null, 'days without a file', 9, null, 2, 'warn', 'see the source',
     true, 'Ann', 'the newsletter rests', '2026-02-28', 'run-2'),
    ('2026-01-31 23:59', 'column_nulls', 'marts.dim_customers', 'city', 'share without a value', 0.314, 0.02, 0.09, 'warn',
     'see whether an export lost the column', false, null, null, null, 'run-2'),
    ('2026-01-31 23:59', 'reconciliation', 'pos/orders', null, 'raw to staging: rows', 1497, 1500, 1500, 'error',
     'report the rows as a bug', false, null, null, null, 'run-2');
insert into quality.reconciliations values
    ('pos/orders', 'files to raw', 'rows', 1503, 0, 0, 3, 1500, 1500, true),
    ('pos/orders', 'raw to staging', 'rows', 1500, 0, 0, 0, 1500, 1497, false);
insert into quality.delivery_log values
    ('shop', 'activation.segment_memberships', 400, 0, 0, 0, 'delivered', null, '2026-01-30 01:00', '2026-01-30 01:01', 'r'),
    ('shop', 'activation.segment_memberships', 1200, 30, 9, 0, 'delivered', null, '2026-01-31 01:00', '2026-01-31 01:01', 'r'),
    ('shop', 'marts.dim_products', 50, 0, 0, 25, 'partly', '25 rows were refused', '2026-01-31 01:01', '2026-01-31 01:02', 'r'),
    ('cache', 'documents', 500, 0, 0, 0, 'delivered', null, '2026-01-29 01:00', '2026-01-29 01:01', 'r'),
    ('cache', 'documents', 0, 0, 0, 0, 'failed', 'no connection', '2026-01-30 01:00', '2026-01-30 01:01', 'r'),
    ('cache', 'documents', 0, 0, 0, 0, 'failed', 'no connection for zebedee.quux@example.org', '2026-01-31 01:00',
     '2026-01-31 01:01', 'r');
