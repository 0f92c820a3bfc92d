{# A missing attribute by mode or mean: of the customers who are alike in all that the rule goes by, or of all where
   none of those has a value. A mode's confidence is its share; a mean is nobody's value, so it has none.
   Reads `traits` (customer_id, trait, value), `missing` (customer_id, attribute, method) and `rules` (attribute,
   method, known). #}
{% macro imputed_by_group() -%}
    with alike as (
        select
            customers.customer_id,
            rules.attribute,
            string_agg(coalesce(traits.value, ''), chr(31) order by rules.known) as group_key
        from (
            select customer_id from traits
            union
            select customer_id from missing
        ) as customers
        inner join rules on rules.method <> 'model'
        left join traits on customers.customer_id = traits.customer_id and rules.known = traits.trait
        group by customers.customer_id, rules.attribute
    ),

    counted as (
        select
            alike.attribute,
            alike.group_key,
            traits.value,
            count(*) as customers
        from alike
        inner join traits on alike.customer_id = traits.customer_id and alike.attribute = traits.trait
        group by grouping sets (
            (alike.attribute, alike.group_key, traits.value), (alike.attribute, traits.value)
        )
    ),

    found as (
        select
            attribute,
            group_key,
            max_by(value, row(customers, value)) as most_frequent,
            round(max(customers) / sum(customers), 4) as share,
            sum(customers * try_cast(value as integer)) / sum(customers) as mean
        from counted
        group by attribute, group_key
    )

    select
        missing.customer_id,
        missing.attribute,
        missing.method,
        case missing.method
            when 'mode' then coalesce(of_group.most_frequent, of_all.most_frequent)
            else cast(cast(round(coalesce(of_group.mean, of_all.mean)) as integer) as {{ text_type() }})
        end as value,
        case missing.method when 'mode' then coalesce(of_group.share, of_all.share) end as confidence
    from missing
    inner join alike on missing.customer_id = alike.customer_id and missing.attribute = alike.attribute
    inner join found as of_all on missing.attribute = of_all.attribute and of_all.group_key is null
    left join found as of_group
        on alike.attribute = of_group.attribute and alike.group_key = of_group.group_key
{%- endmacro %}
