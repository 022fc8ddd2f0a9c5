"""Numbers that are surely fractions where a whole number is needed: ``Dense(units / 2)``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.checks.whole_numbers import needs_whole_number
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

_KEEP_FRACTIONS = (ast.Add, ast.FloorDiv, ast.Mod, ast.Mult, ast.Pow, ast.Sub)
_FUNCTIONS = frozenset(
    [
        *("math.exp", "math.log", "math.log10", "math.log2", "math.pow", "math.sqrt"),
        *("numpy.ceil", "numpy.exp", "numpy.floor", "numpy.log", "numpy.log10", "numpy.log2", "numpy.sqrt"),
    ]
)
"""Functions whose result is never an int."""

_DEPTH = 4
"""Most names that are followed to their values."""


def fractional_sizes(module: Module, statements: Iterable[TopLevel]) -> Iterator[Diagnostic]:
    """Warn about sizes and counts that are divided with ``/``, or floats: the call does not accept them.

    Args:
        module: template.
        statements: statements that run.
    """
    if any(path.split(".")[0] == "tf_keras" for path in (*module.aliases.values(), *module.stars)):
        return  # Keras 2 makes them whole.
    for statement in statements:
        tree = statement.tree
        for call in ast.walk(statement.node):
            if isinstance(call, ast.Call):
                for value in (*call.args, *(keyword.value for keyword in call.keywords)):
                    if why := _fraction(module, tree, value, _DEPTH):
                        yield from _warning(module, tree, value, why)


def _warning(module: Module, tree: Tree, value: ast.expr, why: str) -> Iterator[Diagnostic]:
    what = needs_whole_number(module, tree, value)
    if not what:
        return
    span = tree.span(value)
    text = f"{what} takes a whole number, and {why}"
    edits: tuple[Edit, ...]
    match value:
        case ast.Constant(value=float(number)):
            edits = (Edit(span, f"{number:.0f}"),) if number.is_integer() else ()
            yield warning(Code.WHOLE_NUMBER, text, span, f"write {number:.0f}", edits)
        case _:
            ends = ((span.start, "int("), (span.end, ")"))
            edits = tuple(Edit(Span(tree.part, place, place), written) for place, written in ends)
            yield warning(Code.WHOLE_NUMBER, text, span, f"write int({tree.one_line(value)})", edits)


def _fraction(module: Module, tree: Tree, value: ast.expr, depth: int) -> str:
    """Say why an expression's value is never an int; an empty text if it may be one."""
    match value:
        case ast.Constant(value=float(number)):
            return f"{number} is a float"
        case ast.BinOp(op=ast.Div()):
            return "/ gives a fraction"
        case ast.BinOp(op=operator, left=left, right=right) if isinstance(operator, _KEEP_FRACTIONS):
            return _fraction(module, tree, left, depth) or _fraction(module, tree, right, depth)
        case ast.UnaryOp(operand=inner):
            return _fraction(module, tree, inner, depth)
        case ast.Call(func=ast.Name(id="float")) if "float" not in module.binders:
            return "float() gives a float"
        case ast.Call(func=func) if (path := module.dotted(func)) in _FUNCTIONS:
            return f"{path}() gives a float"
        case ast.Name() if depth:
            given = module.only_value(tree, value)
            return _fraction(module, tree, given, depth - 1) if given is not None else ""
    return ""
