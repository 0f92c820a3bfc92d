"""Reading a drawing of the report back: by the numbers of its axes, what its marks stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest


@dataclass(frozen=True)
class Drawing:
    """One drawing of a page."""

    root: ElementTree.Element

    @classmethod
    def of(cls, html: str, id: str) -> Drawing:
        (found,) = re.findall(rf'<svg id="{re.escape(id)}" .*?</svg>', html, re.DOTALL)
        return cls(ElementTree.fromstring(found))

    @property
    def name(self) -> str | None:
        return self.root.get("aria-label") if self.root.get("role") == "img" else None

    @property
    def texts(self) -> list[str]:
        return [text.text or "" for text in self.root.iter("text")]

    def panels(self) -> list[Axes]:
        return [Axes(group) for group in self.root.iter("g") if group.get("class") == "axes"]

    def panel(self) -> Axes:
        (one,) = self.panels()
        return one


@dataclass(frozen=True)
class Axes:
    """The marks over one pair of axes."""

    root: ElementTree.Element

    def values(self, name: str = "values", side: str = "x") -> list[float]:
        """What the points of a group stand for along the x or y axis, in their order."""
        return [
            self._value(float(use.get(side, "nan")), side)
            for group in self._groups(name)
            for use in group.iter("use")
        ]

    def spans(self, name: str = "intervals", side: str = "x") -> list[tuple[float, float]]:
        """What both ends of the lines of a group stand for."""
        place = "xy".index(side)
        found = []
        for group in self._groups(name):
            for path in group.iter("path"):
                begin, end = _points(path)
                found.append((self._value(begin[place], side), self._value(end[place], side)))
        return found

    def limits(self, side: str = "x") -> tuple[float, ...]:
        """Where the numbers of an axis stand."""
        return tuple(
            float(text.get(side, "nan"))
            for group in self._groups(f"{side}tick")
            for text in group.iter("text")
        )

    def line(self, name: str, side: str = "y") -> list[float]:
        """What the corners of the one line of a group stand for."""
        (path,) = (path for group in self._groups(name) for path in group.iter("path"))
        return [self._value(point["xy".index(side)], side) for point in _points(path)]

    def _groups(self, name: str) -> list[ElementTree.Element]:
        return [group for group in self.root.iter("g") if group.get("class") == name]

    def _value(self, pixels: float, side: str) -> float:
        """By two lines of the grid and the numbers that stand at them."""
        place = "xy".index(side)
        lines = sorted(
            _points(path)[0][place] for group in self._groups("grid") for path in group.iter("path")
        )
        numbers = sorted(
            _number(text.text or "") for group in self._groups(f"{side}tick") for text in group.iter("text")
        )
        if side == "y":
            lines.reverse()
        assert len(lines) == len(numbers) > 1
        scale = (numbers[-1] - numbers[0]) / (lines[-1] - lines[0])
        return pytest.approx(numbers[0] + (pixels - lines[0]) * scale, rel=1e-3, abs=abs(numbers[-1]) * 1e-4)


def _points(path: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path.get("d", ""))]


def _number(text: str) -> float:
    factor = {"k": 1e3, "M": 1e6}.get(text[-1], 1)
    return float(text.rstrip("%kM").replace("−", "-")) * factor
