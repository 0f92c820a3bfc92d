"""One message of Segment's spec in either of its writings: nested camelCase, or a warehouse's flat columns.

Belongs here: where a message keeps what. Does not belong here: which canonical column that becomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dagster_project.lib.common.sql import quote_identifier, quote_literal
from dagster_project.lib.ingestion.reading.formats.json_sql import parse_json
from dagster_project.lib.ingestion.reading.formats.pieces import document, first_given, given, with_columns

PLAIN = {
    "message_id": ("messageId", "message_id", "id"),
    "user_id": ("userId", "user_id"),
    "anonymous_id": ("anonymousId", "anonymous_id"),
    "timestamp": ("timestamp", "originalTimestamp", "original_timestamp", "receivedAt", "received_at"),
    "type": ("type",),
    "event": ("event_text", "event"),
    "name": ("name",),
}
"""What stands in a message itself, by the names it goes by; the first that is given counts."""
CONTEXT = {
    "page.url": "context_page_url",
    "page.referrer": "context_page_referrer",
    "campaign.source": "context_campaign_source",
    "campaign.medium": "context_campaign_medium",
    "campaign.name": "context_campaign_name",
    "userAgent": "context_user_agent",
    "locale": "context_locale",
    "device.type": "context_device_type",
    "os.name": "context_os_name",
    "location.country": "context_location_country",
    "location.city": "context_location_city",
    "traits.email": "context_traits_email",
}


def _tree(paths: Iterable[str]) -> dict[str, object]:
    """page.url and page.referrer as {"page": {"url": "VARCHAR", "referrer": "VARCHAR"}}."""
    tree: dict[str, object] = {}
    for path in paths:
        branch, _, leaf = path.rpartition(".")
        place = tree.setdefault(branch, {}) if branch else tree
        place[leaf] = "VARCHAR"  # type: ignore[index]
    return tree


PROPERTIES = (
    "url", "path", "referrer", "product_id", "sku", "category", "price", "quantity", "order_id", "query", "list_id",
    "experiment_id", "variation_id", "products", "total", "value", "revenue", "currency",
)  # fmt: skip
TRAITS = (
    "email", "first_name", "last_name", "phone", "gender", "birthday", "address", "created_at",
    "address_street", "address_city", "address_state", "address_postal_code", "address_country",
)  # fmt: skip
CAMEL = {"first_name": "firstName", "last_name": "lastName", "created_at": "createdAt"}
STRUCTURES: dict[str, dict[str, object]] = {
    "properties": dict.fromkeys((*PROPERTIES, "email"), "VARCHAR"),
    "context": _tree(CONTEXT),
    "traits": {
        **dict.fromkeys((*TRAITS, *CAMEL.values()), "VARCHAR"),
        "address": dict.fromkeys(
            ("street", "city", "state", "postal_code", "postalCode", "country"), "VARCHAR"
        ),
    },
}
"""What is read from each nested object, as from_json takes it."""


def _aliases(*names: str) -> tuple[str, ...]:
    return tuple(alias for name in names for alias in PLAIN[name])


EVENT_COLUMNS = (*STRUCTURES, *_aliases(*PLAIN), *CONTEXT.values(), *PROPERTIES, "email", "context_ip")
CUSTOMER_COLUMNS = (
    *STRUCTURES, *_aliases("message_id", "user_id", "timestamp", "type", "event"), *TRAITS, *CAMEL.values(),
    "context_traits_email", "context_ip",
)  # fmt: skip
"""Every column of either writing that is read for a table, or that shall not go on: an IP address."""


class Message:
    """SQL for what a message says, over a relation that `prepared` made.

    texts: its columns, by the export's own names in whatever case. is_flat: whether the columns are those of the file,
    as in a warehouse's table, and not all that a line may have.
    """

    def __init__(self, texts: Mapping[str, str], *, is_flat: bool) -> None:
        self._texts = {name.lower(): text for name, text in texts.items()}
        self._is_flat = is_flat

    def prepared(self, relation: str) -> str:
        """The relation with the nested objects parsed and the kind found, once for all that is read from them."""
        documents = {
            _made(name): document(self._texts[name]) if name in self._texts else "null::json"
            for name in STRUCTURES
        }
        fields = {
            _made(f"{name} fields"): parse_json(self.nested(name), structure)
            for name, structure in STRUCTURES.items()
        }
        return with_columns(with_columns(relation, documents), {**fields, _made("kind"): self._find_kind()})

    @classmethod
    def of_columns(cls, columns: Iterable[str]) -> Message:
        """A message of a file with these columns, to ask what it has."""
        return cls({name: quote_identifier(name) for name in columns}, is_flat=True)

    def has(self, name: str) -> bool:
        """Whether the file has a column for it, by any of its names."""
        return any(alias.lower() in self._texts for alias in PLAIN[name])

    @property
    def table(self) -> str | None:
        """The kind of all messages of a flat file without `type`, shown by its columns; none where nothing does."""
        if "event" in self._texts:
            return "track"
        if "url" in self._texts or "path" in self._texts:
            return "page"
        return "screen" if "name" in self._texts and "email" not in self._texts else None

    @property
    def kind(self) -> str:
        """track, page, screen, identify, group, alias or what else `type` says; null where nothing tells it."""
        return quote_identifier(_made("kind"))

    def _find_kind(self) -> str:
        place = f"coalesce({self._own('url')}, {self._own('path')})"
        shown = f"case when {self.plain('event')} is not null then 'track' when {place} is not null then 'page' end"
        table = quote_literal(self.table) if self._is_flat and self.table else "null::varchar"
        return f"coalesce(lower({self.plain('type')}), {shown}, {table})"

    def _own(self, column: str) -> str:
        return given(self._texts.get(column, "null::varchar"))

    def plain(self, name: str) -> str:
        """The text of something in PLAIN."""
        return first_given(
            *(self._texts[alias.lower()] for alias in PLAIN[name] if alias.lower() in self._texts)
        )

    def nested(self, name: str) -> str:
        """`properties`, `context` or `traits` as JSON; null where the file is flat."""
        return quote_identifier(_made(name))

    def context(self, name: str) -> str:
        """The text of something in CONTEXT."""
        return self._either("context", name.split("."), CONTEXT[name])

    def detail(self, name: str) -> str:
        """The text of something in PROPERTIES."""
        return self._either("properties", [name], name)

    def trait(self, name: str) -> str:
        """The text of something in TRAITS, by its snake_case name."""
        camel = self._field("traits", [CAMEL.get(name, name)])
        return f"coalesce({self._either('traits', [name], name)}, {given(camel)})"

    def address(self, part: str) -> str:
        """A part of the postal address: street, city, state, postal_code or country."""
        camel = self._field("traits", ["address", "postalCode" if part == "postal_code" else part])
        return f"coalesce({self._either('traits', ['address', part], f'address_{part}')}, {given(camel)})"

    def _field(self, name: str, path: Iterable[str]) -> str:
        """What a nested object says; in a flat file there is none."""
        if name not in self._texts:
            return "null::varchar"
        return ".".join(quote_identifier(step) for step in (_made(f"{name} fields"), *path))

    def _either(self, name: str, path: Iterable[str], column: str) -> str:
        nested, flat = self._field(name, path), self._texts.get(column)
        return given(nested) if flat is None else first_given(nested, flat)


def _made(name: str) -> str:
    return f"segment: {name}"
