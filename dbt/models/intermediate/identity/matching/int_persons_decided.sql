-- what a person decided of pairs of described records; where a record without a description is decided to be
-- one with another, the described one of its customer id stands for it
with decisions as (
    select * from {{ ref('stg_operations__identity_decisions') }}
),

persons as (
    select
        person_id,
        record_key
    from {{ ref('int_persons_prepared') }}
),

decided as (
    select left_record as record_key from decisions
    union
    select right_record as record_key from decisions
),

ids as (
    select
        identifiers.record_key,
        min(identifiers.match_key) as customer_id
    from {{ ref('int_identifiers_usable') }} as identifiers
    inner join decided on identifiers.record_key = decided.record_key
    where identifiers.namespace = 'customer_id'
    group by 1
),

described_ids as (
    select
        identifiers.match_key as customer_id,
        min_by(persons.person_id, persons.record_key) as person_id
    from {{ ref('int_identifiers_usable') }} as identifiers
    inner join persons on identifiers.record_key = persons.record_key
    where identifiers.namespace = 'customer_id' and identifiers.match_key in (select ids.customer_id from ids)
    group by 1
),

-- who was parted from somebody may not be who their id says
parted as (
    select left_record as record_key from decisions
    where decision = 'exclude'
    union
    select right_record as record_key from decisions
    where decision = 'exclude'
),

named as (
    select
        record_key,
        person_id,
        true as is_described
    from persons
    semi join decided on persons.record_key = decided.record_key
    union all
    select
        ids.record_key,
        described_ids.person_id,
        false as is_described
    from ids
    inner join described_ids on ids.customer_id = described_ids.customer_id
    anti join persons on ids.record_key = persons.record_key
    anti join parted on ids.record_key = parted.record_key
)

select
    least(one.person_id, other.person_id) as left_id,
    greatest(one.person_id, other.person_id) as right_id,
    min(decisions.decision) as decision
from decisions
inner join named as one on decisions.left_record = one.record_key
inner join named as other on decisions.right_record = other.record_key and one.person_id <> other.person_id
where decisions.decision = 'include' or (one.is_described and other.is_described)
group by 1, 2
