{# A missing attribute by naive Bayes: each value's share among all customers, times how frequent each thing known of
   this customer is among those who have the value, with one case added to each count so that what was never seen is
   unlikely and not impossible. The confidence is the value's share of the likelihood of all; it is too sure of itself
   where the things known depend on each other. Logarithms are summed exactly, so that the order of rows never decides.
   Reads the same as imputed_by_group. #}
{% macro imputed_by_model() -%}
    with priors as (
        select
            traits.trait as attribute,
            traits.value,
            count(*) as customers,
            sum(count(*)) over (partition by traits.trait) as all_customers
        from traits
        where traits.trait in (select attribute from rules where method = 'model')
        group by traits.trait, traits.value
    ),

    seen as (
        select
            rules.attribute,
            labelled.value,
            rules.known,
            traits.value as known_value,
            count(*) as customers
        from rules
        inner join traits as labelled on rules.attribute = labelled.trait
        inner join traits on labelled.customer_id = traits.customer_id and rules.known = traits.trait
        where rules.method = 'model'
        group by rules.attribute, labelled.value, rules.known, traits.value
    ),

    totals as (
        select
            attribute,
            value,
            known,
            sum(customers) as customers
        from seen
        group by attribute, value, known
    ),

    known as (
        select
            attribute,
            known,
            count(distinct known_value) as known_values
        from seen
        group by attribute, known
    ),

    evidence as (
        select
            missing.customer_id,
            known.attribute,
            known.known,
            traits.value as known_value,
            known.known_values
        from missing
        inner join known on missing.attribute = known.attribute
        inner join traits on missing.customer_id = traits.customer_id and known.known = traits.trait
    ),

    -- one case more of each value that is known at all, also where no customer has both
    frequencies as (
        select
            priors.attribute,
            priors.value,
            evidence.known,
            evidence.known_value,
            ln(
                (coalesce(seen.customers, 0) + 1)
                / (coalesce(totals.customers, 0) + evidence.known_values)
            ) as weight
        from (select distinct attribute, known, known_value, known_values from evidence) as evidence
        inner join priors on evidence.attribute = priors.attribute
        left join totals
            on priors.attribute = totals.attribute
            and priors.value = totals.value
            and evidence.known = totals.known
        left join seen
            on priors.attribute = seen.attribute
            and priors.value = seen.value
            and evidence.known = seen.known
            and evidence.known_value = seen.known_value
    ),

    weighed as (
        select
            missing.customer_id,
            missing.attribute,
            priors.value,
            ln(priors.customers / priors.all_customers) + coalesce({{ exact_sum('frequencies.weight') }}, 0) as weight
        from missing
        inner join priors on missing.attribute = priors.attribute
        left join evidence
            on missing.customer_id = evidence.customer_id and missing.attribute = evidence.attribute
        left join frequencies
            on evidence.attribute = frequencies.attribute
            and evidence.known = frequencies.known
            and evidence.known_value = frequencies.known_value
            and priors.value = frequencies.value
        group by missing.customer_id, missing.attribute, priors.value, priors.customers, priors.all_customers
    ),

    compared as (
        select
            *,
            exp(weight - max(weight) over (partition by customer_id, attribute)) as likelihood
        from weighed
    )

    select
        customer_id,
        attribute,
        'model' as method,
        max_by(value, row(weight, value)) as value,
        round(1 / {{ exact_sum('likelihood') }}, 4) as confidence
    from compared
    group by customer_id, attribute
{%- endmacro %}
