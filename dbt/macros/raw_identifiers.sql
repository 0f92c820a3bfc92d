{# By which columns rows of raw tables name a person, and in which namespace their values are looked for. A unit of an
   experiment is a visitor or a customer, and nobody says which. #}
{% macro raw_identifiers() -%}
    {{- return({
        'clickstream_events': {'visitor_id': 'visitor_id', 'user_id': 'customer_id', 'email': 'email'},
        'consents_decisions': {
            'customer_id': 'customer_id', 'email': 'email', 'phone': 'phone', 'visitor_id': 'visitor_id'
        },
        'crm_customers': {
            'customer_id': 'customer_id', 'email': 'email', 'phone': 'phone', 'national_id': 'national_id',
            'loyalty_id': 'loyalty_id'
        },
        'crm_interactions': {'customer_id': 'customer_id'},
        'crm_preferences': {'customer_id': 'customer_id'},
        'crm_surveys': {'customer_id': 'customer_id'},
        'email_events': {'email': 'email', 'customer_id': 'customer_id'},
        'enrichment_attributes': {'customer_id': 'customer_id', 'email': 'email', 'phone': 'phone'},
        'experiments_exposures': {'unit_id': 'unit'},
        'pos_orders': {
            'loyalty_id': 'loyalty_id', 'customer_id': 'customer_id', 'email': 'email', 'phone': 'phone'
        },
        'pos_sales': {
            'customer_id': 'customer_id', 'loyalty_id': 'loyalty_id', 'email': 'email', 'phone': 'phone'
        },
        'privacy_requests': {'customer_id': 'customer_id', 'email': 'email', 'phone': 'phone'},
        'products_reviews': {'customer_id': 'customer_id', 'email': 'email'},
    }) -}}
{%- endmacro %}

{# A value without what differs between two writings of it. #}
{% macro normalized_identifier(namespace, column) -%}
    {%- if namespace == 'email' -%} {{ normalized_email(column) }}
    {%- elif namespace == 'phone' -%} {{ normalized_phone(column) }}
    {%- elif namespace == 'national_id' -%} {{ blank_to_null(column) }}
    {%- else -%} {{ repaired_id(column) }}
    {%- endif -%}
{%- endmacro %}

{# What a request names, as raw_identifiers has it. #}
{% macro asked_match_key(column) -%}
    {%- if column == 'email' -%} {{ mailbox(normalized_email(column)) }}
    {%- else -%} {{ normalized_identifier(column, column) }}
    {%- endif -%}
{%- endmacro %}
