{# In bits; 0 is as likely as not. #}
{% macro probability_to_weight(probability) -%} log2(({{ probability }}) / (1 - ({{ probability }}))) {%- endmacro %}
{% macro weight_to_probability(weight) -%} 1 / (1 + power(2, -({{ weight }}))) {%- endmacro %}

{# The first record of a group of rows; a visitor who clicked comes first only among their like, so that what others share
   is not taken for a click. #}
{% macro first_of_group(record_key, identifier_kind) -%}
    min_by({{ record_key }}, row({{ identifier_kind }} = 'email_click', {{ record_key }}))
{%- endmacro %}

{# A group's texts as one, in their order: sorted as a list, since an aggregate that sorts takes five times as long. #}
{% macro joined_texts(text) -%} array_to_string(list_sort(list({{ text }})), '|') {%- endmacro %}

{# Why an identifier links nobody, out of a row of int_identifiers_linkable. #}
{% macro overuse_in_words(linkable) -%}
    concat(
        replace({{ linkable }}.identifier_kind, '_', ' '), case
            when {{ linkable }}.is_listed then ' listed as shared'
            when {{ linkable }}.customers > {{ linkable }}.most_customers
                then concat(' shared by ', {{ with_thousands(linkable ~ '.customers') }}, ' customers')
            else concat(' seen with ', {{ with_thousands(linkable ~ '.other_contacts') }}, ' addresses or numbers')
        end
    )
{%- endmacro %}

{# Why a group that shares identifiers with a person is not that person, out of int_groups_attached's verdict. #}
{% macro refusal_of_attachment(verdict, persons) -%}
    case
        when {{ verdict }} = 'names several persons' and {{ persons }} = 1 then 'too weak'
        when {{ verdict }} in ('attached', 'excluded') then 'excluded by a person'
        else {{ verdict }}
    end
{%- endmacro %}

{# Who decided about a pair of records, and when. #}
{% macro decision_in_words(decisions) -%}
    concat(
        'by ', coalesce({{ decisions }}.decided_by, 'somebody'),
        coalesce(concat(' on ', cast(cast({{ decisions }}.decided_at as date) as {{ text_type() }})), '')
    )
{%- endmacro %}

{# Whether a refusal is about the groups of the two records that a pair names, whichever comes first. #}
{% macro is_between_groups(refusals, pairs) -%}
    coalesce(
        {{ refusals }}.one_group = {{ pairs }}.left_group and {{ refusals }}.other_group = {{ pairs }}.right_group
        or {{ refusals }}.one_group = {{ pairs }}.right_group and {{ refusals }}.other_group = {{ pairs }}.left_group,
        false
    )
{%- endmacro %}
