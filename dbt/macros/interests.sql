{# What several models of interests share. #}

{# An event that says what a customer cares for: about a category, or a product, which has one or is of none known. #}
{% macro shows_interest() -%}
    (
        event_name in (
            'view_item', 'view_item_list', 'select_item', 'add_to_cart', 'add_to_wishlist', 'begin_checkout',
            'purchase', 'search'
        )
        and (category is not null or product_id is not null)
    )
{%- endmacro %}
