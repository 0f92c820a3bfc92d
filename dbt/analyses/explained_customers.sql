-- one row per two customers that are asked about, the smaller id first
select distinct
    least(left_customer, right_customer) as one_customer,
    greatest(left_customer, right_customer) as other_customer
from explained_pairs
where left_customer <> right_customer
