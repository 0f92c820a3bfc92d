with clusters as (
    select * from {{ ref('int_identity_clusters_connected') }}
),

linked as (
    select * from {{ ref('int_identifier_links_refused') }}
    union all
    select * from {{ ref('int_group_links_refused') }}
),

-- what two records share and is refused matters where nothing else makes them one
parted as (
    select
        least(linked.one_record, linked.other_record) as left_record,
        greatest(linked.one_record, linked.other_record) as right_record,
        linked.reason,
        linked.detail,
        linked.match_weight
    from linked
    inner join clusters as one on linked.one_record = one.record_key
    inner join clusters as other
        on linked.other_record = other.record_key and one.cluster_key <> other.cluster_key
),

excluded as (
    select
        decisions.left_record,
        decisions.right_record,
        'excluded by a person' as reason,
        {{ decision_in_words('decisions') }} as detail
    from {{ ref('stg_operations__identity_decisions') }} as decisions
    inner join {{ ref('int_records_grouped') }} as one on decisions.left_record = one.record_key
    inner join {{ ref('int_records_grouped') }} as other on decisions.right_record = other.record_key
    where decisions.decision = 'exclude'
),

refused as (
    select
        left_record,
        right_record,
        reason,
        detail,
        match_weight
    from {{ ref('int_person_merges_refused') }}
    union all by name
    select * from parted
    union all by name
    select * from excluded
)

select
    refused.left_record,
    refused.right_record,
    refused.reason,
    refused.detail,
    refused.match_weight,
    night.run_id
from refused
cross join {{ ref('stg_operations__current_night') }} as night
