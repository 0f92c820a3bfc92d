"""What all drawings share: size, colours, and how matplotlib's SVG becomes part of a page.

Belongs here: the palette and the writing of SVG. matplotlib is imported where it is needed, since a night pays for it.
"""

from __future__ import annotations

import io
import logging
import math
import re
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec
from xml.etree import ElementTree

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")

WIDTH = 380
"""Pixels that a drawing is made for: a phone shows it a little smaller, a desktop a little larger."""
MARGIN = 10
"""Pixels left free at both sides, for half of what lies on the edge."""
TEXT, SMALL = 12.5, 11.0
"""Pixels of letters: of names, of axes."""

INK, SOFT, LINE, FILL, AGAINST = "#010101", "#020202", "#030303", "#040404", "#050505"
PALETTE = {INK: "ink", SOFT: "soft", LINE: "line", FILL: "fill", AGAINST: "against"}
"""Colours that only stand for those of style.css, by the name that they have there."""

_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: letters are measured alike on every machine
    "font.size": TEXT,
    "svg.fonttype": "none",
    "svg.hashsalt": "kindred",
    "svg.image_inline": True,
    "text.parse_math": False,  # a dollar in a name is a dollar
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "grid.color": LINE,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
}
_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_NAMES = re.compile(
    r"(axes|grid|[xy]tick|values|intervals|reference|other|best|totals|threshold)(?:[_-].*)?$"
)
"""Groups that keep their name, as a class: whoever reads a page finds the marks by it."""


def new_figure(height: float) -> Figure:
    """An empty figure, `height` pixels high."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH / 72, height / 72))  # the backend counts 72 units an inch


def add_axes(figure: Figure, left: float, top: float, height: float) -> Axes:
    """Axes from `left` to the right margin, `top` pixels from above and so many high, without a frame."""
    whole = figure.get_figheight() * 72
    axes = figure.add_axes(
        (left / WIDTH, 1 - (top + height) / whole, (WIDTH - left - MARGIN) / WIDTH, height / whole)
    )
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    return axes


def draw_grid(axes: Axes, side: Literal["x", "y"]) -> None:
    """A line at each number of an axis whose ends are set, behind all else."""
    ends, others = (axes.get_xlim(), axes.get_ylim()) if side == "x" else (axes.get_ylim(), axes.get_xlim())
    numbers = axes.get_xticks() if side == "x" else axes.get_yticks()
    lines = axes.vlines if side == "x" else axes.hlines
    lines(
        [one for one in numbers if min(ends) <= one <= max(ends)],
        *others,
        color=LINE,
        linewidth=0.8,
        zorder=0,
        gid="grid",
    )


def unclip(axes: Axes) -> None:
    """Let marks end where they end: at the edges of axes they would be cut, by a reference that pages must not have."""
    for mark in (*axes.collections, *axes.patches, *axes.lines):
        mark.set_clip_on(False)


def only_finite(values: Iterable[float | None]) -> list[float]:
    """What has a place on an axis."""
    return [value for value in values if value is not None and math.isfinite(value)]


def cut(text: str, most: int) -> str:
    """The text, or as much of it as has room; the table beside has it whole. What no SVG may hold becomes a blank."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def drawn(draw: Callable[P, Figure]) -> Callable[Concatenate[str, str, P], Markup]:
    """Return `draw` as a function of templates: id on the page and name for screen readers come first.

    What it returns is SVG to stand in HTML, whose ids begin with the given one. The same values give the same bytes.
    """

    def write(id: str, name: str, *args: P.args, **kwargs: P.kwargs) -> Markup:
        # a home that it may not write to is no news: it makes do with a folder for a while
        logging.getLogger("matplotlib").setLevel(logging.ERROR)
        from matplotlib import rc_context

        written = io.StringIO()
        with rc_context(_SETTINGS), warnings.catch_warnings():
            # the page's font draws what that of matplotlib only measures
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            draw(*args, **kwargs).savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        return _put_into_page(written.getvalue(), id, name)

    return write


def _put_into_page(svg: str, id: str, name: str) -> Markup:
    root = ElementTree.fromstring(svg)  # noqa: S314 - written by matplotlib a moment ago
    for child in list(root):
        # the description of the file, and a style that would hold for the whole page
        if child.tag == f"{_SVG}metadata" or child.find(f"{_SVG}style") is not None:
            root.remove(child)
    box = root.get("viewBox", "")
    inner = "".join(_write(child, id) for child in root)
    return Markup('<svg id="{}" role="img" aria-label="{}" viewBox="{}">{}</svg>').format(
        id, name, box, Markup(inner)  # noqa: S704 - escaped in _write
    )  # fmt: skip


def _write(element: ElementTree.Element, prefix: str) -> str:
    tag = element.tag.removeprefix(_SVG)
    inner = "".join(_write(child, prefix) for child in element)
    attributes = _describe(element, tag, prefix)
    if tag == "g" and not attributes:
        return inner
    text = escape((element.text or "").strip())
    told = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{tag}{told}>{text}{inner}</{tag}>"


def _describe(element: ElementTree.Element, tag: str, prefix: str) -> dict[str, str]:
    """The attributes that a page needs, with its own colours."""
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        if key == "id" and tag == "g":
            if named := _NAMES.match(value):
                found["class"] = named[1]
        elif key == "id":
            found["id"] = f"{prefix}-{value}"
        elif key == _LINK:
            found["href"] = f"#{prefix}-{value.removeprefix('#')}"
        elif key == "style":
            found["style"] = _colour(value)
        elif key == "d":
            found["d"] = " ".join(value.split())
        elif not (key == "transform" and value.startswith("rotate(-0 ")):
            found[key] = value
    return found


def _colour(style: str) -> str:
    """The style by the page's colours and font. ValueError: a colour that is not of the palette."""
    kept = [part for part in style.split("; ") if not part.startswith("font-family")]
    coloured = re.sub("#[0-9a-f]{6}", lambda found: f"var(--{PALETTE.get(found[0], '')})", "; ".join(kept))
    if "var(--)" in coloured:
        raise ValueError(f"a drawing has a colour that no page has: {style}")
    return coloured
