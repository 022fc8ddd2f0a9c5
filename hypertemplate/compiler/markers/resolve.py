"""Conversion of parameters into dimensions, whose arguments are numbers, once names have values.

The worker calls `resolve` after loading with the module's names. The driver calls `resolve_literal` for
parameters that are known without running anything.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sized
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.markers.grammar import (
    CHOICES,
    IN_LOGARITHMS,
    INTEGERS,
    Problem,
    check_numbers,
    check_probabilities,
)
from hypertemplate.compiler.markers.marked_defaults import listed_default, no_option, unfit_default
from hypertemplate.compiler.markers.search_space import Argument, Dimension, Option, Parameter
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.errors import HypertemplateError

Evaluate = Callable[[Argument], Any]


class ResolveError(HypertemplateError):
    """Error in an argument whose value, now known, cannot be drawn from.

    Args:
        message: the requirement, then the actual value.
        span: place of the argument.
        help: text to write instead, or an empty string.
    """

    def __init__(self, message: str, span: Span, help: str = "") -> None:
        super().__init__(message, span, help)
        self.message = message
        self.span = span
        self.help = help

    def __str__(self) -> str:
        """Return the message."""
        return self.message


def resolve(parameter: Parameter, evaluate: Evaluate) -> Dimension:
    """Evaluate a parameter into a dimension.

    Args:
        parameter: parameter from the compiler.
        evaluate: returns the value of an argument that is not a literal; its exceptions pass through.

    Raises:
        ResolveError: a value is not a number, the bounds are out of order, or a list is empty.
    """
    if parameter.distribution not in CHOICES:
        return _numeric(parameter, evaluate)
    if parameter.options is not None:
        weights = tuple(_number(parameter, argument, evaluate) for argument in parameter.arguments)
        return _choice(parameter, parameter.options, weights, parameter.default_option)
    listed = parameter.arguments[0]
    items, weights = _items(parameter, listed, evaluate(listed)), ()
    if parameter.distribution == "pchoice":
        try:
            weights = tuple(float(probability) for probability, _ in items)
        except (TypeError, ValueError):
            text = f"{listed.text} must hold pairs of a probability and an option"
            raise ResolveError(text, listed.span) from None
        items = [option for _, option in items]
    options, default = tuple(map(_option, items)), None
    if parameter.default is not None and items:
        default = listed_default(evaluate(parameter.default), items)
        if default is None:
            texts = (option.text for option in options)
            raise _resolve_error(parameter, no_option(parameter.written, parameter.default.text, texts))
    return _choice(parameter, options, weights, default)


def resolve_literal(parameter: Parameter) -> Dimension | None:
    """Return the dimension if every argument is written as a number, else None; its default likewise."""
    if parameter.options is None and parameter.distribution in CHOICES:
        return None
    if not all(argument.literal for argument in parameter.arguments):
        return None
    if parameter.default is not None and not parameter.default.literal:
        parameter = replace(parameter, default=None)
    return resolve(parameter, lambda argument: None)


def left_out_default(parameter: Parameter, dimension: Dimension, evaluate: Evaluate) -> Problem | None:
    """Return the problem of a default that was left out when its value was known; None if it was not.

    Args:
        parameter: parameter from the compiler.
        dimension: result of `resolve` for it.
        evaluate: as in `resolve`.
    """
    if parameter.default is None or dimension.options or dimension.default is not None:
        return None
    numbers = {argument.name: _number(parameter, argument, evaluate) for argument in parameter.arguments}
    value = _number(parameter, parameter.default, evaluate)
    return unfit_default(dimension, parameter.written, value, numbers, is_stated=parameter.is_stated)


def _number(parameter: Parameter, argument: Argument, evaluate: Evaluate) -> float:
    """Return the value of an argument as an ``int`` or ``float``; NumPy's integers count as whole numbers."""
    known = argument.number
    if known is not None:
        return known
    value = evaluate(argument)
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        text = f"{parameter.written}() needs a number for {argument.name}, got {argument.text} = {value!r}"
        raise ResolveError(text, argument.span)
    if hasattr(value, "__index__"):
        return int(value)
    return float(value)


def _numeric(parameter: Parameter, evaluate: Evaluate) -> Dimension:
    numbers = {a.name: _number(parameter, a, evaluate) for a in parameter.arguments}
    problem = check_numbers(parameter.written, numbers, log=parameter.log)
    if problem is not None:
        raise _resolve_error(parameter, problem)
    dimension = dimension_of(parameter.written, numbers, log=parameter.log)
    default = None
    if parameter.default is not None:
        value = _number(parameter, parameter.default, evaluate)
        fits = unfit_default(dimension, parameter.written, value, numbers) is None
        default = _in_kind(dimension, value) if fits else None
    return replace(dimension, label=parameter.label, parent=parameter.parent, default=default)


def _in_kind(dimension: Dimension, value: float) -> float:
    if dimension.integral:
        return int(value)
    return on_step(value, dimension.numbers["q"]) if "q" in dimension.numbers else float(value)


def dimension_of(written: str, numbers: dict[str, float], *, log: bool) -> Dimension:
    """Return the dimension of a distribution, without a label.

    Args:
        written: name as in the source.
        numbers: arguments as in the source.
        log: whether the bounds are values, whose logarithms the distribution takes.
    """
    integral = written in INTEGERS or isinstance(numbers.get("q"), int)
    if not log:
        return Dimension("", written, numbers, integral=integral)
    bounds = {name: math.log(numbers[name]) for name in ("low", "high")}
    step = {} if written == "uniform" else {"q": numbers.get("q", 1)}
    return Dimension("", IN_LOGARITHMS[written], bounds | step, integral=integral)


def _choice(
    parameter: Parameter, options: tuple[Option, ...], weights: tuple[float, ...], default: int | None
) -> Dimension:
    problem = check_probabilities(weights) if weights else None
    if not options:
        text = f"{parameter.distribution}() needs at least one option"
        problem = Problem(Code.OPTIONS, text, "")
    if problem is not None:
        raise _resolve_error(parameter, problem)
    return Dimension(
        parameter.label,
        parameter.distribution,
        {},
        options=options,
        probabilities=weights,
        integral=True,
        parent=parameter.parent,
        default=default,
    )


def _resolve_error(parameter: Parameter, problem: Problem) -> ResolveError:
    arguments = (*parameter.arguments, *filter(None, (parameter.default,)))
    places = {argument.name: argument.span for argument in arguments}
    given = ", ".join(a.text for a in parameter.arguments if not a.literal)
    text = f"{problem.message} (from {given})" if given else problem.message
    return ResolveError(text, places.get(problem.argument, parameter.marker), problem.help)


def _items(parameter: Parameter, listed: Argument, value: Any) -> list[Any]:
    if isinstance(value, (str, bytes, set, frozenset, dict)) or not isinstance(value, Sized):
        text = f"{parameter.distribution}() needs a list, got {listed.text} = {value!r:.60}"
        raise ResolveError(text, listed.span)
    return list(value)  # type: ignore[call-overload,no-any-return]


def _option(value: Any) -> Option:
    """Convert an item of a list created at load time: its ``repr``, and whether that is a constant."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()  # NumPy's scalars are shown as plain numbers
    text = repr(value)
    try:
        literal = bool(ast.literal_eval(text) == value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        literal = False
    return Option(text if literal else " ".join(text.split()), literal)


def default_value(
    distribution: str, options: Any = None, *, log: bool = False, default: Any = None, **numbers: float
) -> float:
    """Return `default_draw` of a distribution with these arguments; ``program.py`` calls it."""
    if distribution in CHOICES:
        items = options if distribution == "choice" else [option for _, option in options]
        return listed_default(default, items) or 0
    dimension = dimension_of(distribution, numbers, log=log)
    if default is not None and unfit_default(dimension, distribution, default, numbers) is None:
        return _in_kind(dimension, default)
    return default_draw(dimension)


def default_draw(dimension: Dimension) -> float:
    """Return the default of a dimension: its own, else the first option, else the middle of the range.

    For the log distributions it is the middle of the logarithms, with six digits if those are in the range;
    a step rounds it.
    """
    if dimension.default is not None:
        return dimension.default
    numbers = dimension.numbers
    match dimension.distribution:
        case "choice" | "pchoice":
            return 0
        case "randint":
            low, high = (numbers["low"], numbers["high"]) if "high" in numbers else (0, numbers["low"])
            return (int(low) + int(high) - 1) // 2
        case "uniformint":
            return (int(numbers["low"]) + int(numbers["high"])) // 2
    middle = numbers["mu"] if "mu" in numbers else numbers["low"] / 2 + numbers["high"] / 2
    step = numbers.get("q")
    if dimension.is_log:
        middle = math.exp(min(middle, 709.0))  # the exponential of more exceeds a float
        middle = middle if step else _in_digits(middle, numbers)
    if step is not None and math.isfinite(middle / step):
        middle = round(middle / step) * step
        middle = middle if dimension.integral else on_step(middle, step)
    return int(middle) if dimension.integral else float(middle)


def on_step(value: float, step: float) -> float:
    """Return a multiple of a step as people write it: 0.6, where 6 * 0.1 is 0.6000000000000001.

    Any other value stays as it is.
    """
    value = float(value)
    if not math.isfinite(value / step):
        return value
    written = float(Decimal(repr(step)) * round(value / step))
    is_multiple = math.isclose(written, value, rel_tol=1e-12)
    return written if is_multiple and len(repr(written)) < len(repr(value)) else value


def _in_digits(value: float, numbers: Mapping[str, float]) -> float:
    """Round a value to the digits that people write, unless that leaves the range of the logarithms."""
    rounded = float(f"{value:.6g}")
    low, high = numbers.get("low", -math.inf), numbers.get("high", math.inf)
    return rounded if rounded and low <= math.log(rounded) <= high else value
