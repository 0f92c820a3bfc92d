"""The templates there are: Kindred's own, and over them, file by file, those of the config folder.

A template is a folder with a `template.yml` and its parts: `body.html`, `body.txt` and for an e-mail `subject.txt`.
Folders without one, such as `blocks` and `layouts`, hold what templates share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.lib.activation.content.settings import TemplateSettings
from dagster_project.lib.activation.experiments.declared import load_experiments
from dagster_project.lib.common.config_files import parse, read_yaml, readable
from dagster_project.lib.common.errors import KindredError

DEFAULTS = Path(__file__).parent / "default_templates"
FOLDER = "templates"
_SETTINGS = "template.yml"
_TAKEN = ("profile", "recommendations", "segments")
"""Ids may have slashes, so that the read API takes .../content/segments for the segments of an id."""
_SUFFIXES = (".html", ".txt")


@dataclass(frozen=True)
class Library:
    """Every template by its name, and the text of every file by its path below the folder.

    levels: experiment with factors -> variant -> factor -> level.
    """

    templates: Mapping[str, TemplateSettings]
    sources: Mapping[str, str]
    levels: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def variants_of(self, template: str) -> dict[str, str]:
        """The path of each part that is a variant's own, with the variant."""
        parts = {
            path: path.removeprefix(f"{template}/").split(".")
            for path in self.sources
            if path.startswith(f"{template}/")
        }
        return {
            path: ".".join(names[1:-1])
            for path, names in parts.items()
            if names[0] in ("subject", "body") and len(names) > 2
        }

    def part_of(self, template: str, part: str, variant: str | None) -> str | None:
        """The path of a part such as body.html, the variant's own where it has one; None where there is neither."""
        stem, suffix = part.rsplit(".", 1)
        own = f"{template}/{stem}.{variant}.{suffix}" if variant else ""
        shared = f"{template}/{part}"
        return own if own in self.sources else shared if shared in self.sources else None

    def levels_of(self, template: str, variant: str | None) -> dict[str, str | None]:
        """The level of each factor of the template's experiment; None of each for who has none of its variants."""
        known = self.levels.get(self.templates[template].experiment or "", {})
        unknown = {factor: None for levels in known.values() for factor in levels}
        return unknown | dict(known.get(variant or "", {}))


def load_library(config_dir: Path) -> Library:
    """Read both folders. KindredError names the file and line of the first fault of a template.yml, or a taken name.

    So it does of a fault in experiments/, whose factors templates know.

    What a template says is not looked at: a mistake in one is that one's alone.
    """
    sources: dict[str, str] = {}
    templates: dict[str, TemplateSettings] = {}
    for root in (DEFAULTS, config_dir / FOLDER):
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in _SUFFIXES:
                with readable(path):
                    sources[name] = path.read_text(encoding="utf-8-sig")
            elif path.name == _SETTINGS:
                templates[name.removesuffix(f"/{_SETTINGS}")] = parse(
                    TemplateSettings, *read_yaml(path), path
                )
    for name, settings in templates.items():
        if name in _TAKEN:
            raise KindredError(
                f"a template is called {name}, by which the read API answers something else",
                f"rename the folder {config_dir / FOLDER / name}",
            )
        parts = ("subject.txt", "body.html", "body.txt") if settings.kind == "email" else ("body.html",)
        for part in parts:
            if f"{name}/{part}" not in sources:
                raise KindredError(
                    f"the template {name} has no {part}", f"write {config_dir / FOLDER / name / part}"
                )
    levels = {name: one.levels for name, one in load_experiments(config_dir).items() if one.levels}
    return Library(templates, sources, levels)
