"""Parameters that the user fixes to one value: ``--set LABEL=VALUE``.

The same functions read a fixed value twice: before any worker starts, against the literal parts of the
template, so that a mistake costs no time, and against the space that the worker reports.
"""

from __future__ import annotations

import io
import json
import math
import re
import shlex
import tokenize
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from hypertemplate.compiler.markers.call_text import range_text
from hypertemplate.compiler.markers.grammar import CHOICES, INTEGERS, LOG_BOUNDED, did_you_mean
from hypertemplate.compiler.markers.resolve import default_draw, resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Option, Parameter, Params, SearchSpace
from hypertemplate.compiler.syntax.literals import known_value, same_value
from hypertemplate.errors import UsageError
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.search.samplers.base import reached
from hypertemplate.search.study import Study, people_value
from hypertemplate.units import listed

MOST_EXAMPLE = 40
"""Most characters of an option that a message writes out as an example."""


@dataclass(frozen=True, slots=True)
class FixedParam:
    """Label and the text of its value, as the user wrote it.

    Attributes:
        label: label of the parameter.
        text: text that `choose` and `number` read.
        is_string: whether the user wrote a string: an option that is this very text precedes one that the
            text stands for, such as the number 1 for ``1``.
        given_as: parameter of the request that holds it, for messages.
    """

    label: str
    text: str
    is_string: bool = field(default=False, compare=False)
    given_as: str = field(default="fixed", compare=False)


@dataclass(frozen=True, slots=True)
class FixedSpace:
    """Space in which some dimensions have one value.

    Attributes:
        space: all dimensions.
        values: drawn values by label of the fixed dimensions; a choice as the index of its option.
        free: dimensions left to sample: neither fixed nor made unreachable by a fixed choice.
    """

    space: tuple[Dimension, ...]
    values: dict[str, float]
    free: tuple[Dimension, ...]

    def complete(self, params: Params) -> dict[str, float]:
        """Add the fixed values to a point of the free dimensions, as far as the point reaches them."""
        return reached(self.space, {**params, **self.values})


def parse_fixed(
    texts: Sequence[str], space: SearchSpace, strings: Container[str] = (), given_as: str = "fixed"
) -> tuple[FixedParam, ...]:
    """Parse texts such as ``rate=0.3`` to fixed values, and check them against the template's literal parts.

    Args:
        texts: texts as the user wrote them.
        space: space of the search.
        strings: labels whose values the user wrote as strings.
        given_as: parameter of the request that holds them, for messages.

    Raises:
        UsageError: no ``=``, an unknown label, a label set twice, a value that the label cannot have, or a
            label that another fixed value makes unreachable.
    """
    parameters = {parameter.label: parameter for parameter in space.parameters}
    fixed: dict[str, FixedParam] = {}
    chosen: dict[str, int] = {}
    for text in texts:
        param = _parse(text, parameters, strings, given_as)
        if param.label in fixed:
            raise UsageError(f"{{{given_as}}} {param.label}: it is set twice", given_as)
        fixed[param.label] = param
        index = _check(param, space[param.label])
        if index is not None:
            chosen[param.label] = index
    for label in fixed:
        _check_reach(label, space, chosen, given_as)
    return tuple(fixed.values())


def joined_fixed(before: Sequence[str], now: Sequence[str], space: tuple[Dimension, ...]) -> tuple[str, ...]:
    """Join the fixed values of a resumed study: those of this run, and earlier ones of other labels.

    ``LABEL=`` without a value makes the search sample the parameter again, unless the empty text is an
    option.

    Args:
        before: texts of the last run, as the user wrote them.
        now: texts of this run, as the user wrote them.
        space: space of the search.
    """
    known = {dimension.label: dimension for dimension in space}
    said = {label_of(text, known) for text in now}
    kept = [text for text in before if label_of(text, known) not in said]
    return (*kept, *(text for text in now if not _ends(text, known)))


def label_of(text: str, labels: Iterable[str]) -> str:
    """Return the label in ``LABEL=VALUE``; one that is a key of a dict may itself contain ``=``."""
    known = [label for label in labels if text.startswith(f"{label}=")]
    return max(known, key=len, default=text.partition("=")[0])


def _ends(text: str, dimensions: Mapping[str, Dimension]) -> bool:
    label = label_of(text, dimensions)
    if label not in dimensions or text != f"{label}=":
        return False
    return all(known_value(option.text) != ("",) for option in dimensions[label].options)


def leading_to(fixed: tuple[FixedParam, ...], space: SearchSpace) -> tuple[FixedParam, ...]:
    """Add to the fixed values, for each inner label, the unfixed options that lead to it.

    Otherwise a trial of defaults would not read the fixed values.
    """
    found = {param.label: param for param in fixed}
    for param in fixed:
        parent = space[param.label].parent
        while parent is not None:
            found.setdefault(parent[0], FixedParam(parent[0], f"#{parent[1]}"))
            parent = space[parent[0]].parent
    return tuple(found.values())


def fixed_space(fixed: tuple[FixedParam, ...], space: tuple[Dimension, ...]) -> FixedSpace:
    """Apply the results of `parse_fixed` to the space that a worker reported.

    Raises:
        UsageError: a value is not among options, or not of a kind, that only the worker knows.
    """
    dimensions = {dimension.label: dimension for dimension in space}
    values = {s.label: drawn(s, dimensions[s.label]) for s in fixed}
    return FixedSpace(space, values, _free(space, values))


def best_with(study: Study, values: Params) -> str:
    """Say which trial is the best with the fixed values, if the best one has others; else an empty text.

    Args:
        study: study whose earlier trials may have been free.
        values: drawn values by label of what is fixed now.
    """
    best = study.winner
    if best is None:
        return ""
    shown = study.values(best.params)
    others = [label for label, value in values.items() if best.params.get(label, value) != value]
    if not others:
        return ""
    has = listed([f"{label} {shown[label]!r}" for label in others])
    text = f"trial {best.number}, the best, has {has}, which is not what --set asks for"
    fitting = (one for one in study.trials if all(one.params.get(k, v) == v for k, v in values.items()))
    mine = replace(study, trials=tuple(fitting), confirmations=()).best
    if mine is None or mine.loss is None:
        return f"{text}; no trial with what is set has a result"
    found = f"{plain(study.number_name(mine.origin))} {study.score(mine.loss):g}"
    return f"{text}; the best one with that is trial {mine.number}, {found}"


def drawn(param: FixedParam, dimension: Dimension) -> float:
    """Return the drawn value of the dimension that the text means; UsageError if it means none."""
    if dimension.distribution in CHOICES:
        return choose(param, dimension.options)
    return number(param, dimension.distribution, integral=dimension.integral)


def choose(param: FixedParam, options: Sequence[Option]) -> int:
    """Return the index of the first option that equals the value, is its text, or has its ``#N``.

    Raises:
        UsageError: no option matches; the message lists the options.
    """
    meant = [param.text] if param.is_string else []
    for wanted in (*meant, _value(param.text)):
        for index, option in enumerate(options):
            if any(same_value(value, wanted) for value in known_value(option.text)):
                return index
    wanted_tokens = _tokens(param.text)
    for index, option in enumerate(options):
        if _tokens(option.text) == wanted_tokens:
            return index
    position = option_number(param.text)
    if position is not None and position < len(options):
        return position
    listed = ", ".join(" ".join(option.text.split()) for option in options)
    raise UsageError(
        f"{{{param.given_as}}} {param.label}: no option {param.text}; the options are {listed} "
        f"(or #0 to #{len(options) - 1})",
        param.given_as,
    )


def number(param: FixedParam, distribution: str, *, integral: bool) -> float:
    """Return the number that the text means: an ``int`` if `integral`, else a ``float``.

    Raises:
        UsageError: the text is not a number, is not finite, or is not whole where it must be.
    """
    kind = "a whole number" if integral else "a number"
    value = _value(param.text)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_finite(value):
        if not integral:
            return float(value)
        if value == int(value):
            return int(value)
    raise UsageError(
        f"{{{param.given_as}}} {param.label}: {distribution} draws {kind}, got {param.text}",
        param.given_as,
    )


def option_number(text: str) -> int | None:
    """Return the N of ``#N``."""
    match = re.fullmatch(r"#([0-9]{1,9})", text.strip())
    return int(match[1]) if match else None


def example_text(parameter: Parameter) -> str:
    """Return the text of a value that a parameter can have: its default, else an option or a number."""
    dimension = resolve_literal(parameter)
    if parameter.distribution not in CHOICES:
        return "1" if dimension is None else f"{default_draw(dimension):.12g}"
    place = parameter.default_option or 0
    options = parameter.options or ()
    if place < len(options):
        own = people_value(options[place])
        text = own if isinstance(own, str) else json.dumps(own)
        if len(text) <= MOST_EXAMPLE and choose(FixedParam(parameter.label, text), options) == place:
            return text
    return f"#{place}"


def example_point(space: SearchSpace) -> str:
    """Return a point of a space as JSON, with one value that is possible there."""
    if not space.parameters:
        return '{"rate": 1}'
    parameter = space.parameters[0]
    value = _value(example_text(parameter))
    return json.dumps({parameter.label: value}, ensure_ascii=False)


def _parse(text: str, space: Mapping[str, Parameter], strings: Container[str], given_as: str) -> FixedParam:
    labels = [*space]
    label = label_of(text, labels)
    if label in labels and text != label:
        return FixedParam(label, text[len(label) + 1 :], label in strings, given_as)
    if "=" not in text:
        named = text if text in space else next(iter(space), "x")
        example = shlex.quote(f"{named}={example_text(space[named]) if named in space else 1}")
        raise UsageError(
            f"{{{given_as}}} {text}: write LABEL=VALUE, such as {{{given_as}}} {example}", given_as
        )
    close = did_you_mean(label, labels)
    meant = f" (did you mean {close}?)" if close else ""
    raise UsageError(
        f"{{{given_as}}} {text}: no parameter {label}{meant}; the parameters are {', '.join(labels)}",
        given_as,
    )


def _check(param: FixedParam, parameter: Parameter) -> int | None:
    """Check a fixed value without a worker; return the index of its option, if it is known."""
    if parameter.options is not None:
        return choose(param, parameter.options)
    if parameter.distribution not in CHOICES:
        dimension = resolve_literal(parameter)
        integral = parameter.written in INTEGERS if dimension is None else dimension.integral
        number(param, parameter.written, integral=integral)
    return None


def _check_reach(label: str, space: SearchSpace, chosen: dict[str, int], given_as: str) -> None:
    """Raise UsageError if a choice around `label` is fixed to an option that does not lead to it."""
    parent = space[label].parent
    while parent is not None:
        outer, option = parent
        if chosen.get(outer, option) != option:
            raise UsageError(
                f"{{{given_as}}} {label}: it is drawn only for option #{option} of {outer}, "
                f"and {outer} is set to #{chosen[outer]}",
                given_as,
            )
        parent = space[outer].parent


def _free(space: tuple[Dimension, ...], values: dict[str, float]) -> tuple[Dimension, ...]:
    """Return the dimensions that are left to sample.

    A dimension below a fixed choice depends on the parent of that choice.
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


def _value(text: str) -> object:
    """Return the JSON value of a text, or the text itself if it is not JSON."""
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
    """Return the Python tokens of a text, which ignores white space; its words if it is not Python."""
    try:
        tokens = tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline)
        return [t.string for t in tokens if t.string.strip() and t.type != tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        return text.split()


def outside(fixed: Iterable[FixedParam], space: SearchSpace) -> list[str]:
    """Return a note on each value outside its range, as far as the template is literal.

    Args:
        fixed: results of `parse_fixed`.
        space: space of their parameters.
    """
    notes = []
    for param in fixed:
        dimension = resolve_literal(space[param.label])
        if dimension is None:
            continue
        if range_missed := outside_of(drawn(param, dimension), dimension):
            notes.append(f"{param.label}={param.text} lies outside {range_missed}")
    return notes


def outside_of(value: float, dimension: Dimension) -> str:
    """Return the distribution of a dimension if a value lies outside its range; else an empty text."""
    if dimension.options or dimension.holds(value):
        return ""
    if dimension.distribution in LOG_BOUNDED:
        return range_text(dimension)
    numbers = ", ".join(f"{number:g}" for number in dimension.numbers.values())
    draws = ", which draws from 0 to inf" if dimension.is_log else ""
    return f"{dimension.distribution}({numbers}){draws}"
