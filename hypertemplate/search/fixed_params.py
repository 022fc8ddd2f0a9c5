"""Parameters that the user sets to one value: ``--set LABEL=VALUE``.

What a setting means is decided twice with the same functions: before any worker starts, against what
is literal in the template, so that a slip costs no time, and against the space that the worker reports.
"""

from __future__ import annotations

import io
import json
import math
import re
import tokenize
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from hypertemplate.compiler.markers.grammar import CHOICES, INTEGERS, did_you_mean
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Option, Parameter, Params, SearchSpace
from hypertemplate.compiler.syntax.literals import known_value
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.base import reached


@dataclass(frozen=True, slots=True)
class Setting:
    """One label and the text of its value, as the user wrote it.

    Attributes:
        label: of the parameter.
        text: what `choose` and `number` read.
        is_string: whether the user wrote a string: an option that is this very text comes before one that the
            text stands for, such as the number 1 for ``1``.
    """

    label: str
    text: str
    is_string: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A space in which some dimensions have one value.

    Attributes:
        space: every dimension.
        values: the drawn value of each label that is set; a choice as the index of its option.
        free: what is left to sample: neither set nor out of reach through a choice that is set.
    """

    space: tuple[Dimension, ...]
    values: dict[str, float]
    free: tuple[Dimension, ...]

    def complete(self, params: Params) -> dict[str, float]:
        """A point of the free dimensions with the values that are set, as far as it reaches them."""
        return reached(self.space, {**params, **self.values})


def parse_settings(
    texts: Sequence[str], space: SearchSpace, strings: Container[str] = ()
) -> tuple[Setting, ...]:
    """The settings in texts such as ``rate=0.3``, checked as far as the template is literal.

    Args:
        texts: as the user wrote them.
        space: what is searched.
        strings: the labels whose values the user wrote as strings.

    Raises:
        UsageError: no ``=``, an unknown label, a label set twice, a value that cannot be its value, or a
            label that another setting puts out of reach.
    """
    labels = [parameter.label for parameter in space.parameters]
    settings: dict[str, Setting] = {}
    chosen: dict[str, int] = {}
    for text in texts:
        setting = _parse(text, labels, strings)
        if setting.label in settings:
            raise UsageError(f"--set {setting.label}: it is set twice")
        settings[setting.label] = setting
        index = _check(setting, space[setting.label])
        if index is not None:
            chosen[setting.label] = index
    for label in settings:
        _check_reach(label, space, chosen)
    return tuple(settings.values())


def joined_settings(
    before: Sequence[str], now: Sequence[str], space: tuple[Dimension, ...]
) -> tuple[str, ...]:
    """The settings of a study that goes on: this run's, and of those before what it does not name.

    ``LABEL=`` without a value ends a setting, unless the empty text is one of the options.

    Args:
        before: as the user wrote them for the last run.
        now: as the user writes them for this one.
        space: what is searched.
    """
    known = {dimension.label: dimension for dimension in space}
    said = {_label(text, known) for text in now}
    kept = [text for text in before if _label(text, known) not in said]
    return (*kept, *(text for text in now if not _ends(text, known)))


def _label(text: str, labels: Iterable[str]) -> str:
    """The label in ``LABEL=VALUE``; one that is a key of a dict may itself hold ``=``."""
    known = [label for label in labels if text.startswith(f"{label}=")]
    return max(known, key=len, default=text.partition("=")[0])


def _ends(text: str, dimensions: Mapping[str, Dimension]) -> bool:
    label = _label(text, dimensions)
    if label not in dimensions or text != f"{label}=":
        return False
    return all(known_value(option.text) != ("",) for option in dimensions[label].options)


def leading_to(settings: tuple[Setting, ...], space: SearchSpace) -> tuple[Setting, ...]:
    """The settings, and for each inner label the options that lead to it, where they are not set.

    One trial of defaults would otherwise not read the values that were set.
    """
    found = {setting.label: setting for setting in settings}
    for setting in settings:
        parent = space[setting.label].parent
        while parent is not None:
            found.setdefault(parent[0], Setting(parent[0], f"#{parent[1]}"))
            parent = space[parent[0]].parent
    return tuple(found.values())


def freeze(settings: tuple[Setting, ...], space: tuple[Dimension, ...]) -> Frozen:
    """Apply settings that `parse_settings` gave to the space that a worker reported.

    Raises:
        UsageError: a value is not among the options, or not of the kind, that only the worker knows.
    """
    dimensions = {dimension.label: dimension for dimension in space}
    values = {s.label: drawn(s, dimensions[s.label]) for s in settings}
    return Frozen(space, values, _free(space, values))


def drawn(setting: Setting, dimension: Dimension) -> float:
    """The value of the dimension that the setting means; UsageError if it means none."""
    if dimension.distribution in CHOICES:
        return choose(setting, dimension.options)
    return number(setting, dimension.distribution, integral=dimension.integral)


def choose(setting: Setting, options: Sequence[Option]) -> int:
    """The index of the first option that equals the setting's value, is its text, or has its ``#N``.

    Raises:
        UsageError: there is none; the message lists the options.
    """
    meant = [setting.text] if setting.is_string else []
    for wanted in (*meant, _value(setting.text)):
        for index, option in enumerate(options):
            if any(_same(value, wanted) for value in known_value(option.text)):
                return index
    wanted_tokens = _tokens(setting.text)
    for index, option in enumerate(options):
        if _tokens(option.text) == wanted_tokens:
            return index
    position = option_number(setting.text)
    if position is not None and position < len(options):
        return position
    listed = ", ".join(" ".join(option.text.split()) for option in options)
    raise UsageError(
        f"--set {setting.label}: no option {setting.text}; the options are {listed} "
        f"(or #0 to #{len(options) - 1})"
    )


def number(setting: Setting, distribution: str, *, integral: bool) -> float:
    """The number that the setting means: an ``int`` if `integral`, else a ``float``.

    Raises:
        UsageError: it is none, is not finite, or is not whole where it must be.
    """
    kind = "a whole number" if integral else "a number"
    value = _value(setting.text)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_finite(value):
        if not integral:
            return float(value)
        if value == int(value):
            return int(value)
    raise UsageError(f"--set {setting.label}: {distribution} draws {kind}, got {setting.text}")


def option_number(text: str) -> int | None:
    """The N of ``#N``."""
    match = re.fullmatch(r"#([0-9]{1,9})", text.strip())
    return int(match[1]) if match else None


def _parse(text: str, labels: list[str], strings: Container[str]) -> Setting:
    label = _label(text, labels)
    if label in labels and text != label:
        return Setting(label, text[len(label) + 1 :], label in strings)
    if "=" not in text:
        raise UsageError(f"--set {text}: write LABEL=VALUE, such as --set {labels[0] if labels else 'x'}=1")
    close = did_you_mean(label, labels)
    meant = f" (did you mean {close}?)" if close else ""
    raise UsageError(f"--set {text}: no parameter {label}{meant}; the parameters are {', '.join(labels)}")


def _check(setting: Setting, parameter: Parameter) -> int | None:
    """Find what is wrong with a setting without a worker; the index of the option, if it is known."""
    if parameter.options is not None:
        return choose(setting, parameter.options)
    if parameter.distribution not in CHOICES:
        dimension = resolve_literal(parameter)
        integral = parameter.distribution in INTEGERS if dimension is None else dimension.integral
        number(setting, parameter.distribution, integral=integral)
    return None


def _check_reach(label: str, space: SearchSpace, chosen: dict[str, int]) -> None:
    """UsageError if a choice around `label` is set to an option that does not lead to it."""
    parent = space[label].parent
    while parent is not None:
        outer, option = parent
        if chosen.get(outer, option) != option:
            raise UsageError(
                f"--set {label}: it is drawn only for option #{option} of {outer}, "
                f"and {outer} is set to #{chosen[outer]}"
            )
        parent = space[outer].parent


def _free(space: tuple[Dimension, ...], values: dict[str, float]) -> tuple[Dimension, ...]:
    """The dimensions that are left to sample.

    Below a choice that is set, a dimension depends on what the choice depended on.
    """
    parents: dict[str, tuple[str, int] | None] = {}
    free = []
    for dimension in space:
        parent = dimension.parent
        if parent is not None:
            outer, option = parent
            if outer not in parents or values.get(outer, option) != option:
                continue
            if outer in values:
                parent = parents[outer]
        parents[dimension.label] = parent
        if dimension.label not in values:
            free.append(replace(dimension, parent=parent))
    return tuple(free)


def _same(left: object, right: object) -> bool:
    """Equality in which 1 is 1.0 but not True, in containers too."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    return left == right


def _value(text: str) -> object:
    """The JSON value of a text, or the text where it is not JSON."""
    try:
        return json.loads(text, parse_constant=_not_json)
    except (ValueError, RecursionError):
        return text


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an int beyond every float
        return False


def _tokens(text: str) -> list[str]:
    """The Python tokens of a text, so that white space does not count; its words if it is not Python."""
    try:
        tokens = tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline)
        return [t.string for t in tokens if t.string.strip() and t.type != tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        return text.split()


def outside(settings: Iterable[Setting], space: SearchSpace) -> list[str]:
    """A note on each value that lies outside its range, as far as the template is literal.

    Args:
        settings: as `hypertemplate.search.fixed_params.parse_settings` gave them.
        space: their parameters.
    """
    notes = []
    for setting in settings:
        dimension = resolve_literal(space[setting.label])
        if dimension is None or dimension.options:
            continue
        low, high = _range(dimension)
        value = drawn(setting, dimension)
        if not (low <= value <= high or math.isclose(value, low) or math.isclose(value, high)):
            numbers = ", ".join(f"{number:g}" for number in dimension.numbers.values())
            draws = f", which draws from {low:.4g} to {high:.4g}" if "log" in dimension.distribution else ""
            notes.append(
                f"{setting.label}={setting.text} lies outside {dimension.distribution}({numbers}){draws}"
            )
    return notes


def _range(dimension: Dimension) -> tuple[float, float]:
    """The lowest and the highest value; a step may lead a little beyond the bounds."""
    numbers = dimension.numbers
    if "mu" in numbers:
        return (0.0 if "log" in dimension.distribution else -math.inf), math.inf
    low, high = numbers["low"], numbers.get("high", 0)
    if dimension.distribution == "randint":
        return (low, high - 1) if "high" in numbers else (0, low - 1)
    if "log" in dimension.distribution:
        low, high = math.exp(low), math.exp(high)
    step = numbers.get("q")
    if step is None:
        return low, high
    return min(low, round(low / step) * step), max(high, round(high / step) * step)
