"""Texts of distributions: their calls in one spelling, and as people read them."""

from __future__ import annotations

import ast
import copy
import math

from hypertemplate.compiler.markers.grammar import LOG_BOUNDED, SIGNATURES, number_text, value_text
from hypertemplate.compiler.markers.search_space import Argument, Dimension, Parameter
from hypertemplate.compiler.syntax.literals import known_value, number
from hypertemplate.compiler.syntax.nodes import last_name


def call_text(parameter: Parameter) -> str:
    """Return the distribution's call, with positional arguments as in the source.

    On a scale of logarithms, it is the range of the values: ``1e-05 .. 0.1, log``, for
    ``loguniform(-11.5, -2.3)`` too.
    """
    texts = [argument.text for argument in parameter.arguments]
    default = default_text(parameter)
    if parameter.distribution in LOG_BOUNDED:
        low, high, *step = (_value(argument, log=parameter.log) for argument in parameter.arguments)
        whole = _range(low, high, *(step or ["1"] * (parameter.written == "uniformint")))
        own = parameter.default
        return whole if own is None else f"{whole}, default {_value(own, log=True)}"
    if parameter.options is not None:
        options = [option.text for option in parameter.options]
        if parameter.distribution == "pchoice":
            options = [f"({p}, {option})" for p, option in zip(texts, options, strict=True)]
        texts = [f"[{', '.join(options)}]"]
    texts += [f"default={default}"] if default else []
    return f"{parameter.distribution}({', '.join(texts)})"


def default_text(parameter: Parameter) -> str:
    """Return the default of the marker's own as in the source; an empty text if it has none."""
    if parameter.default_option is not None:
        return (parameter.options or ())[parameter.default_option].text
    return "" if parameter.default is None else parameter.default.text


def range_text(dimension: Dimension) -> str:
    """Return the range of a dimension on a scale of logarithms, exact to six digits."""
    numbers = dimension.numbers
    low, high = (number_text(math.exp(numbers[name])) for name in ("low", "high"))
    return _range(low, high, *(repr(value) for name, value in numbers.items() if name == "q"))


def _value(argument: Argument, *, log: bool) -> str:
    """Return the value that an argument stands for: as in the source where only a run knows it."""
    value = argument.number
    if log or argument.name == "q":
        return argument.text if value is None else number_text(value)
    return f"exp({argument.text})" if value is None else value_text(value)


def _range(low: str, high: str, *step: str) -> str:
    return ", ".join([f"{low} .. {high}", "log", *(f"step {one}" for one in step)])


def spelled(statement: ast.stmt) -> str:
    """Return a statement's text; arguments in its markers become positional.

    ``log=True`` stays; ``name`` and ``default``, which say nothing of what is drawn, are dropped.

    >>> spelled(ast.parse("x = f({{hp.uniform(high=5.0, low=-10 / 2)}})").body[0])
    'x = f({{uniform(-5, 5)}})'
    """
    return ast.unparse(_Markers().visit(copy.deepcopy(statement)))


def spelled_option(text: str) -> str:
    """Return the text of a choice's option; in a text that is not an expression, white space is normalised.

    >>> spelled_option('Dropout( uniform(low=0, high=0.5, default=0.2), "a" )')
    "Dropout(uniform(0, 0.5), 'a')"
    """
    try:
        return ast.unparse(_Draws().visit(ast.parse(f"({text}\n)", mode="eval").body))
    except (SyntaxError, ValueError):  # the repr of an object in a list created at load time
        return " ".join(text.split())


def is_option(text: str, option: str) -> bool:
    """Tell whether an expression is an option of a choice: its source, or its literal value and type.

    >>> is_option("SGD( 1e-2 )", "SGD(0.01)"), is_option("64", "2 ** 6"), is_option("64", "64.0")
    (True, True, False)
    """
    value, known = known_value(text), known_value(option)
    same = value and known and repr(value) == repr(known)
    return bool(same) or spelled_option(text) == spelled_option(option)


class _Markers(ast.NodeTransformer):
    """Transformer of draws in markers only: elsewhere other functions may have the same names."""

    def visit_Set(self, node: ast.Set) -> ast.AST:
        """Rewrite the draws in a set of a set, which can only be a marker."""
        if isinstance(node.elts[0], ast.Set):
            return _Draws().visit(node)  # type: ignore[no-any-return]
        return self.generic_visit(node)


class _Draws(ast.NodeTransformer):
    """Transformer of calls of distributions."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Rewrite a call, after its inner calls."""
        self.generic_visit(node)
        name = last_name(node.func) or ""
        order = list(SIGNATURES.get(name, ()))
        given: dict[str | None, ast.expr] = dict(zip(order, node.args, strict=False))
        said = [keyword for keyword in node.keywords if keyword.arg not in ("default", "name")]
        given |= {"q" if keyword.arg == "step" else keyword.arg: keyword.value for keyword in said}
        log = given.pop("log", None)
        if not given.keys() <= set(order):
            return node
        arguments = [_short(parameter, given[parameter]) for parameter in order if parameter in given]
        scale = [ast.keyword("log", log)] if isinstance(log, ast.Constant) and log.value else []
        return ast.Call(ast.Name(name), arguments, scale) if order else node


def _short(parameter: str, argument: ast.expr) -> ast.expr:
    """Shorten an argument: a number to its value, without ``.0`` if it is whole and not a step."""
    value = number(argument)
    if value is None:
        return argument
    is_whole = parameter != "q" and value == value // 1
    return ast.Constant(int(value) if is_whole else value)
