"""Elements of SVG as text; every attribute and every text is escaped here, and nowhere else."""

from __future__ import annotations

import html
from collections.abc import Iterable

from hypertemplate.views.text import plain

ACCENT, GOOD, BAD = "#4c8fd6", "#2e9e5b", "#e0524d"
"""Colours that stand out on white and on black."""

Attribute = str | float | None


def element(name: str, content: str = "", /, **attributes: Attribute) -> str:
    """Return an element; `content` is SVG already.

    Args:
        name: name of the element.
        content: its content.
        attributes: its attributes; underscores stand for hyphens, a trailing one is dropped. None: left out.
    """
    own = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{own}>{content}</{name}>" if content else f"<{name}{own}/>"


def written(text: str) -> str:
    """Escape a text of the user's: on one line, without terminal escapes."""
    return html.escape(plain(text))


def label(text: str, x: float, y: float, anchor: str = "start", **attributes: Attribute) -> str:
    """Return text at a place; right-to-left text does not move its neighbours."""
    own = {"class_": "text", "unicode_bidi": "isolate", "fill": "currentColor", "font_size": "12"}
    return element("text", written(text), **{"x": x, "y": y, "text_anchor": anchor, **own, **attributes})


def line(x1: float, y1: float, x2: float, y2: float, **attributes: Attribute) -> str:
    """Return a straight line, faint unless told otherwise."""
    own: dict[str, Attribute] = {"class_": "rule", "stroke": "currentColor", "stroke_opacity": ".25"}
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **{**own, **attributes})


def points(places: Iterable[tuple[float, float]]) -> str:
    """Return places as the attribute of a polyline."""
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in places)


def svg(width: float, height: float, said: str, content: str) -> str:
    """Return a whole chart.

    Args:
        width: width in pixels, which a narrow page shrinks.
        height: height in pixels.
        said: description for those who do not see it.
        content: its elements.
    """
    return element(
        "svg",
        content,
        class_="chart",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=plain(said),
        font_family="system-ui, sans-serif",
        style="max-width:100%;height:auto",
    )


def _value(value: str | float) -> str:
    return html.escape(value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
