"""Marked code that runs as it is: each marker becomes an expression with its default value.

The default is that of the marker, else the first option of a choice, evaluated in place, else the middle of
the range (`resolve.default_draw`). Nodes keep their places, so that tracebacks show the user's own lines.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from typing import Any

from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import (
    Diagnostic,
    Severity,
    error,
    in_order,
    render,
    render_all,
)
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.grammar import CHOICES
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.markers.parameters import parameters_of
from hypertemplate.compiler.markers.resolve import ResolveError, default_draw, resolve, resolve_literal
from hypertemplate.compiler.markers.search_space import Argument, Parameter
from hypertemplate.compiler.module_markers import read_markers
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Part, Source, Span
from hypertemplate.compiler.syntax.tree import Tree, parents_of
from hypertemplate.errors import MarkerError

Encoded = tuple[str, str, int, int, bool]
"""An argument in generated code: the fields of an `Argument`, with its span as two offsets."""


def with_defaults(part: Part) -> ast.Module:
    """Parse a text and replace each marker with its default.

    A marker with an error raises `MarkerError` in its place.

    Args:
        part: a text that parses; errors that only the compiler finds, such as ``await`` at the top level, are
            ignored.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python itself warns when it compiles the text
        module = ast.parse(part.text)
    tree = Tree(0, part, part.text, module, parents_of(module))
    markers, draws, found = read_markers(build_module((tree,)))
    errors = [d for d in found if d.severity is Severity.ERROR]
    replaced: ast.Module = _Replacing(tree, {m.node: m for m in markers}, draws, errors).visit(module)
    return replaced


def raising(text: str) -> ast.Module:
    """Return a module that only raises `MarkerError` with a text."""
    return ast.fix_missing_locations(ast.Module([ast.Expr(_call("fail", ast.Constant(text)))], []))


def fail(text: str) -> None:
    """Raise an error in place of a marker; generated code calls this.

    Raises:
        MarkerError: always.
    """
    raise MarkerError(text)


def default(
    distribution: str,
    log: bool,
    arguments: Mapping[Encoded, Any],
    marker: tuple[int, int],
    name: str,
    text: str,
) -> Any:
    """Return the default of a marker whose arguments have no value before it runs; generated code calls this.

    Args:
        distribution: distribution of the marker, as in a `Parameter`.
        log: whether its bounds are values, as in a `Parameter`.
        arguments: argument -> value.
        marker: offsets of the marker.
        name: name of the part.
        text: text of the part.

    Raises:
        MarkerError: nothing can be drawn with these values.
    """
    values = {argument: value for (argument, *_), value in arguments.items()}
    given = tuple(Argument(n, shown, Span(0, start, end), known) for n, shown, start, end, known in arguments)
    own = next((argument for argument in given if argument.name == "default"), None)
    given = tuple(argument for argument in given if argument is not own)
    parameter = Parameter("", distribution, given, None, Span(0, *marker), log=log, default=own)
    try:
        dimension = resolve(parameter, lambda argument: values[argument.name])
    except ResolveError as problem:
        found = error(Code.BOUNDS, problem.message, problem.span, problem.help)
        raise MarkerError(render(found, Source((Part("history", name, text),)))) from None
    if distribution not in CHOICES:
        return default_draw(dimension)
    item = list(values[given[0].name])[int(default_draw(dimension))]
    return item[1] if distribution == "pchoice" else item


class _Replacing(ast.NodeTransformer):
    """Transformer that replaces everything shaped like a marker.

    Args:
        tree: tree of the part.
        markers: outer braces -> marker.
        draws: calls of the markers without an error.
        errors: all errors in the part.
    """

    def __init__(
        self,
        tree: Tree,
        markers: dict[ast.expr, Marker],
        draws: dict[Marker, DrawCall],
        errors: list[Diagnostic],
    ) -> None:
        self.tree = tree
        self.markers = markers
        self.draws = draws
        self.errors = errors
        self.inner: dict[ast.Call, DrawCall] = {}

    def visit_Set(self, node: ast.Set) -> ast.AST:
        """Replace a marker, or what was meant as one; visit an ordinary set."""
        if is_marker_shaped(node):
            problems = self._problems(node)
            if problems:
                text = render_all(problems, Source((self.tree.origin,)))
                return _placed(_call("fail", ast.Constant(text)), node)
            if node in self.markers:
                return _placed(self._default(self.draws[self.markers[node]], self.tree.span(node)), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace a distribution inside the default option of a choice; visit an ordinary call."""
        if node in self.inner:
            return _placed(self._default(self.inner[node], self.tree.span(node)), node)
        return self.generic_visit(node)

    def _problems(self, node: ast.Set) -> tuple[Diagnostic, ...]:
        """Return the errors in a marker-shaped set; in an f-string, all errors of the f-string."""
        whole: ast.expr = node
        for _, parent in self.tree.ancestors(node):
            if isinstance(parent, ast.JoinedStr):
                whole = parent
        span = self.tree.span(whole)
        return in_order([d for d in self.errors if d.span is not None and d.span.inside(span)])

    def _default(self, draw: DrawCall, span: Span) -> ast.expr:
        if draw.options is not None:
            first = draw.options[draw.default_option or 0]
            self.inner.update({inner.call: inner for inner in first.inner})
            option: ast.expr = self.visit(first.node)
            return option
        labels = {call: call.distribution for call in draw.walk()}
        parameter = next(parameters_of(self.tree, draw, labels, span, None))
        dimension = resolve_literal(parameter)
        is_known = parameter.default is None or parameter.default.literal
        if dimension is not None and is_known:
            return ast.Constant(default_draw(dimension))
        nodes = [draw.listing] if draw.listing is not None else [node for _, node in draw.numbers]
        arguments = parameter.arguments
        if parameter.default is not None and draw.default is not None:
            nodes, arguments = [*nodes, draw.default], (*arguments, parameter.default)
        return _call(
            "default",
            ast.Constant(parameter.distribution),
            ast.Constant(parameter.log),
            ast.Dict([_encoded(argument) for argument in arguments], nodes),
            _tuple(span.start, span.end),
            ast.Constant(self.tree.origin.name),
            ast.Constant(self.tree.text),
        )


def _encoded(argument: Argument) -> ast.expr:
    span = argument.span
    return _tuple(argument.name, argument.text, span.start, span.end, argument.literal)


def _tuple(*values: str | int) -> ast.Tuple:
    return ast.Tuple([ast.Constant(value) for value in values], ast.Load())


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    """Create a call of a function of this module, from anywhere, without using a name of the user's."""
    here = ast.parse(f"__import__({__name__!r}, None, None, ['x']).{function}", mode="eval").body
    for node in ast.walk(here):
        for place in node._attributes:
            node.__dict__.pop(place, None)  # it gets the marker's place
    return ast.Call(here, [*arguments], [])


def _placed(new: ast.expr, old: ast.expr) -> ast.expr:
    """Give a new node the place of the node that it replaces; the user's own nodes keep theirs."""
    if not hasattr(new, "lineno"):
        ast.copy_location(new, old)
    return ast.fix_missing_locations(new)
