-- who there is: one row a person, with what changes in a life
-- in tens: two who live alone, three households of two (a couple, or people who share a flat) and a family of four
create temp table places as
select
    person,
    person // 10 * 6 + place.household as household,
    place.role,
    chance(person // 10 * 6 + place.household, 'country') as country_chance
from (
    select
        range::ubigint as person,
        [
            {'household': 0, 'role': 'adult'}, {'household': 1, 'role': 'adult'},
            {'household': 2, 'role': 'adult'}, {'household': 2, 'role': 'partner'},
            {'household': 3, 'role': 'adult'}, {'household': 3, 'role': 'partner'},
            {'household': 4, 'role': 'adult'}, {'household': 4, 'role': 'partner'},
            {'household': 4, 'role': 'child'}, {'household': 4, 'role': 'second child'}
        ][1 + range % 10] as place
    from range(getvariable('persons'))
);

create temp table drawn as
with rolled as (
    select
        person,
        household,
        role,
        (select min_by(country, until) from countries where until > country_chance) as country,
        chance(person, 'gender') < 0.5 as is_woman,
        role = 'second child' and chance(household, 'twins') < 0.06 as is_twin,
        role = 'child' and chance(household, 'junior') < 0.08 as is_junior,
        role = 'adult' or role = 'partner' and chance(person, 'own surname') < 0.3 as has_own_surname,
        dice(household, 'generation') % 50 as generation
    from places
)

select
    *,
    case
        when role in ('adult', 'partner')
            then date '1940-01-01' + (generation * 365 + dice(person, 'born') % 2900)::integer
        else
            least(date '1940-01-01' + ((generation + 24) * 365)::integer, date '2004-01-01')
            + (dice(if(is_twin, person - 1, person), 'born') % 3600)::integer
    end as birth_date,
    zipf(if(is_junior, person - 2, person), 'given name', 1500, 12) as given_rank,
    zipf(if(has_own_surname, person, household + 10000000000), 'surname', 8000, 14) as surname_rank,
    chance(if(is_junior, person - 2, person), 'gender') < 0.5 as has_female_name
from rolled;

create temp table named as
select
    drawn.*,
    givens.word as given_name,
    givens.nickname,
    surnames.word as surname,
    married.word as later_surname,
    ascii_word(givens.word) as given_ascii,
    ascii_word(surnames.word) as surname_ascii,
    (dice(person, 'digits') % 900 + 10)::varchar as digits
from drawn
inner join words as givens on drawn.country = givens.country and givens.rank = given_rank
    and givens.kind = if(has_female_name, 'female', 'male')
inner join words as surnames on drawn.country = surnames.country and surnames.kind = 'surname'
    and surnames.rank = surname_rank
inner join words as married on drawn.country = married.country and married.kind = 'surname'
    and married.rank = zipf(person, 'later surname', 8000, 14);
