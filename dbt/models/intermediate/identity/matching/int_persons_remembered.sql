-- depends_on: {{ ref('int_person_pairs_compared') }}
select * from {{ ref('int_persons_prepared') }}
