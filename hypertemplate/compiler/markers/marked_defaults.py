"""Defaults that markers state themselves, ``uniform(0, 0.5, default=0.2)``, and what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from hypertemplate.compiler.checks.argument_edits import removal
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.markers.call_text import is_option
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.grammar import Problem, is_finite, number_text
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.syntax.literals import known_value, same_value
from hypertemplate.compiler.syntax.tree import Tree


def default_removals(tree: Tree, draw: DrawCall) -> Iterator[Edit]:
    """Yield the edits that remove the defaults of a call and of the distributions inside its options.

    A value that a comment marks is a default that stays.
    """
    edits = (
        removal(tree, one.call, keyword)
        for one in draw.walk()
        for keyword in one.call.keywords
        if keyword.arg == "default" and keyword not in tree.comments.defaults
    )
    yield from sorted(edits, key=lambda edit: edit.span)


def in_braces(tree: Tree, marker: Marker, draw: DrawCall) -> Iterator[Edit]:
    """Yield the edits that write a marker in braces, without its defaults."""
    edits = [*default_removals(tree, draw)]
    if marker.comment is None:
        yield from edits
        return
    content = tree.span(marker.content)
    yield Edit(marker.span, f"{{{{{edited(tree.text[: content.end], edits)[content.start :]}}}}}")


def default_option(default: str, options: Sequence[str]) -> int | None:
    """Return the number of the option that has the source text of a default, or its value; else None.

    One of the same type comes before one that is only equal.

    >>> default_option("SGD( rate )", ["Adam(rate)", "SGD(rate)"]), default_option("1e-2", ["0.1", "0.01"])
    (1, 1)
    >>> default_option("64", ["64.0", "64"]), default_option("64", ["32.0", "64.0"])
    (1, 1)
    """
    same = (number for number, option in enumerate(options) if is_option(default, option))
    value, values = known_value(default), enumerate(map(known_value, options))
    equal = (number for number, known in values if value and known and same_value(value[0], known[0]))
    return next(same, next(equal, None))


def listed_default(default: object, items: Iterable[object]) -> int | None:
    """Return the number of the item of a list that is a default, or equals it; else None."""
    return next((number for number, item in enumerate(items) if _is_one(item, default)), None)


def _is_one(item: object, default: object) -> bool:
    try:
        return item is default or same_value(item, default)
    except Exception:  # of an array, for example, which compares element by element
        return False


def no_option(written: str, default: str, options: Iterable[str]) -> Problem:
    """Return the problem of a default that is not an option of a choice."""
    text = f"{written}() has no option {default}, its default"
    return Problem(Code.DEFAULT, text, f"write one of its options: {', '.join(options)}", "default")


def unfit_default(
    dimension: Dimension,
    written: str,
    value: float,
    numbers: Mapping[str, float],
    *,
    is_stated: bool = False,
) -> Problem | None:
    """Return the problem of a default that a distribution cannot draw, which is left out; else None.

    Args:
        dimension: the distribution.
        written: its name as in the source.
        value: the default.
        numbers: arguments as in the source: the bounds of a scale of logarithms may be values.
        is_stated: whether it is the value in the code, which a comment marks.
    """
    left_out = f"the value in the code is {number_text(value)}: it is not the default"
    if not is_stated:
        left_out = f"its default is {number_text(value)}: it is left out"
    if not is_finite(value):
        text = f"a default must be finite, got {number_text(value)}: it is left out"
        return Problem(Code.DEFAULT, text, "write a finite number, such as 1000", "default")
    if dimension.integral and value != int(value):
        text = f"{written}() draws whole numbers, and {left_out}"
        name = "" if is_stated else "default="
        help = f"write {name}{math.floor(value)} or {name}{math.ceil(value)}"
        return Problem(Code.DEFAULT, text, help, "default")
    is_drawn = value > 0 if dimension.is_log and "q" not in dimension.numbers else True
    if dimension.holds(value) and is_drawn:
        return None
    low, high = (number_text(bound) for bound in dimension.range)
    drawn = f"from {low} to {high}" if math.isfinite(dimension.range[1]) else f"above {low}"
    text = f"{written}() draws {drawn}, and {left_out}"
    help = _with_room(dimension, written, value, numbers, is_stated=is_stated)
    return Problem(Code.DEFAULT, text, help, "default")


def _with_room(
    dimension: Dimension, written: str, value: float, numbers: Mapping[str, float], *, is_stated: bool
) -> str:
    """Say which range holds a default."""
    what = "value" if is_stated else "default"
    if "mu" in numbers or (dimension.is_log and value <= 0):
        return f"write a {what} above 0"
    given = "" if is_stated else f", default={number_text(value)}"
    low, high = min(dimension.range[0], value), max(dimension.range[1], value)
    if written == "randint":
        return f"write randint({int(low)}, {int(high) + 1}{given})"
    rest = "".join(f", {number_text(number)}" for name, number in numbers.items() if name == "q")
    rest += ", log=True" if dimension.is_log else ""
    name = written.replace("log", "")
    texts = f"{number_text(low)}, {number_text(high)}{rest}{given}"
    return f"write {name}({texts}), or a {what} within the range"
