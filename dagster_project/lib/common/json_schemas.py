"""The JSON Schema of a config file, for editors: they complete its keys and show what each one means.

What a file may hold is said by the models of the stages that read them; here it is only written down.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema


class _WithoutTitles(GenerateJsonSchema):
    """A title that repeats its key would stand above the description in every hover text."""

    schema_dialect = "https://json-schema.org/draft/2020-12/schema"

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def generate(self, schema: Any, mode: Any = "validation") -> dict[str, Any]:
        return {"$schema": self.schema_dialect, **super().generate(schema, mode=mode)}


def schema_text(model: type[BaseModel]) -> str:
    """The JSON Schema (Draft 2020-12) of a model, as the text of a file."""
    schema = model.model_json_schema(schema_generator=_WithoutTitles)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
