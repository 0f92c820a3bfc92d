"""What each of Shopify's tables says, in canonical columns; the three writings of a thing stand side by side.

Amounts are those in the shop's currency. A test order and a deleted one are kept as cancelled: they are worth nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dagster_project.lib.ingestion.reading.formats.pieces import choose, document, field, first_given, given

Columns = Mapping[str, str]
NOT_TAKEN = ("browser_ip", "client_ip", "client_details")
"""IP addresses and devices, which nothing here has a use for."""


@dataclass(frozen=True)
class Table:
    """How one canonical table is made."""

    uses: tuple[str, ...]
    """Columns of the export, in lower case, that are read."""
    needs: tuple[tuple[str, ...], ...]
    """Of each group one column must be there for the file to be of this table."""
    texts: Callable[[Columns], dict[str, str]]
    """Column of the export -> SQL; gives canonical column -> SQL."""
    prepare: Callable[[Columns], Sequence[Columns]] = lambda source: ()
    """Columns to add to the relation first, step by step."""


def _is_true(text: str) -> str:
    return f"coalesce(lower(trim({text})) in ('true', '1', 't'), false)"


def _order_status(source: Columns) -> str:
    financial = f"lower({first_given(source['financial_status'], source['display_financial_status'])})"
    is_void = " or ".join(
        [
            f"{given(source['cancelled_at'])} is not null",
            _is_true(source["test"]),
            _is_true(source["_fivetran_deleted"]),
        ]
    )
    return f"case when {is_void} then 'cancelled' else {choose(financial, {'voided': 'cancelled'}, financial)} end"


def _customers(source: Columns) -> dict[str, str]:
    address = document(source["default_address"])
    names = ("first_name", "last_name", "email", "phone", "created_at", "updated_at")
    return {
        "customer_id": source["id"],
        **{name: source[name] for name in names},
        "street_address": field(address, "address1"),
        "city": field(address, "city"),
        "region": field(address, "province"),
        "postal_code": field(address, "zip"),
        "country": f"coalesce({field(address, 'country_code')}, {field(address, 'country')})",
    }


def _orders(source: Columns) -> dict[str, str]:
    customer = document(source["customer"])
    return {
        "order_id": source["id"],
        "ordered_at": first_given(source["processed_at"], source["created_at"]),
        "store_id": source["location_id"],
        "customer_id": first_given(source["customer_id"], field(customer, "id")),
        "email": first_given(source["email"], source["contact_email"], field(customer, "email")),
        "phone": first_given(source["phone"], field(customer, "phone")),
        "total_amount": first_given(source["total_price"], source["total_price_set_shop_amount"]),
        "currency": first_given(
            source["currency"], source["total_price_set_shop_currency_code"], source["currency_code"]
        ),
        "channel": source["source_name"],
        "status": _order_status(source),
        "updated_at": source["updated_at"],
    }


LINE = '"shopify: line"'


def _line_items(source: Columns) -> Sequence[Columns]:
    """A row a line item of an order that holds them; other rows stay one."""
    items = source["line_items"]
    listed = f"case when json_valid({items}) and json_type({items}) = 'ARRAY' then {items} end"
    return [{"shopify: line": f"unnest(coalesce(from_json({listed}, '[\"JSON\"]'), [null::json]))"}]


def _order_lines(source: Columns) -> dict[str, str]:
    def item(name: str) -> str:
        return field(LINE, name)

    quantity = first_given(item("quantity"), source["quantity"])
    total = first_given(source["original_total_set_shop_amount"])
    share = f"try_cast({total} as double) / coalesce(nullif(try_cast({quantity} as double), 0), 1)"
    allocations = f"from_json({LINE}->'discount_allocations', '[\"JSON\"]')"
    allocated = (
        f"list_sum(list_transform({allocations}, lambda part: try_cast(part->>'amount' as double)))::varchar"
    )
    return {
        "order_id": f"case when {LINE} is null then {source['order_id']} else {source['id']} end",
        "line_id": f"case when {LINE} is null then {source['id']} else {item('id')} end",
        "product_id": first_given(item("product_id"), source["product_id"], item("sku"), source["sku"]),
        "quantity": quantity,
        "unit_price": first_given(
            item("price"),
            source["price"],
            source["original_unit_price_set_shop_amount"],
            f"({share})::varchar",
            total,
        ),
        "discount_amount": first_given(
            allocated,
            item("total_discount"),
            source["total_discount"],
            source["total_discount_set_shop_amount"],
        ),
    }


def _products(source: Columns) -> dict[str, str]:
    first = f"({document(source['variants'])})->0"
    image = document(source["image"])
    status = given(source["status"])
    stated = f"case when {status} is not null then (lower({status}) = 'active')::varchar end"
    return {
        "product_id": source["id"],
        "name": source["title"],
        "description": source["body_html"],
        "category": source["product_type"],
        "brand": source["vendor"],
        "tags": source["tags"],
        "price": field(first, "price"),
        "list_price": field(first, "compare_at_price"),
        "is_active": f"case when {_is_true(source['_fivetran_deleted'])} then 'false' else {stated} end",
        "image_url": field(image, "src"),
        "updated_at": source["updated_at"],
    }


TABLES = {
    "crm/customers": Table(
        uses=("id", "first_name", "last_name", "email", "phone", "created_at", "updated_at", "default_address"),
        needs=(("id",), ("first_name", "last_name"), ("email", "phone")),
        texts=_customers,
    ),
    "pos/orders": Table(
        uses=(
            "id", "processed_at", "created_at", "updated_at", "cancelled_at", "location_id", "customer_id", "customer",
            "email", "contact_email", "phone", "total_price", "total_price_set_shop_amount", "currency",
            "total_price_set_shop_currency_code", "currency_code", "source_name", "financial_status",
            "display_financial_status", "test", "_fivetran_deleted",
        ),
        needs=(("id",), ("processed_at", "created_at"), ("total_price", "total_price_set_shop_amount")),
        texts=_orders,
    ),
    "pos/order_lines": Table(
        uses=(
            "id", "order_id", "line_items", "product_id", "sku", "quantity", "price", "total_discount",
            "original_total_set_shop_amount", "original_unit_price_set_shop_amount", "total_discount_set_shop_amount",
        ),
        needs=(
            ("order_id", "line_items"),
            ("quantity", "line_items"),
            ("price", "original_total_set_shop_amount", "original_unit_price_set_shop_amount", "line_items"),
        ),
        texts=_order_lines,
        prepare=_line_items,
    ),
    "products/catalog": Table(
        uses=(
            "id", "title", "body_html", "product_type", "vendor", "tags", "variants", "image", "status", "updated_at",
            "_fivetran_deleted",
        ),
        needs=(("id",), ("title",), ("product_type", "vendor")),
        texts=_products,
    ),
}  # fmt: skip
