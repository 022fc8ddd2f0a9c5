"""Index values of a marker such as ``{{choice([64, 128])[i]}}``, which draws once for each iteration.

They must be known before anything runs, because each is a dimension of the search space. They come from the
``for`` over a ``range`` that binds the index, or from a number in the marker: ``[i:8]``.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, error, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.grammar import CHOICES, SIGNATURES
from hypertemplate.compiler.markers.local_values import LocalValues, UnknownValueError
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.syntax.literals import is_literal, number
from hypertemplate.compiler.syntax.nodes import last_name, own_nodes
from hypertemplate.compiler.syntax.scopes import bound_names
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

MOST = 256
"""Most draws of one marker; more is a mistake, or a search that nobody can afford."""

FEW = 16
"""Draws that are advised where there would be too many."""

_GUARDS = (
    *(ast.If, ast.IfExp, ast.BoolOp, ast.While, ast.Try, ast.ExceptHandler, ast.match_case),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda),
)
_LEAVING = (ast.Break, ast.Continue, ast.Return, ast.Raise)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def index_expressions(subscript: ast.expr) -> list[ast.expr]:
    """Return the index expressions of a subscript: ``i`` and ``j`` of ``[i:4, j]``."""
    return [item.lower if isinstance(item, ast.Slice) and item.lower else item for item in _items(subscript)]


def index_values(
    module: Module, tree: Tree, marker: Marker, broken: Collection[Span] = ()
) -> tuple[tuple[int, ...], ...] | Diagnostic | None:
    """Return the index values that a subscripted marker draws for, in order, or a diagnostic.

    Return None where a marker that is an error itself decides them.

    Args:
        module: the template, or a module of the user's own.
        tree: tree of the marker's part.
        marker: the marker.
        broken: places of markers that are errors.
    """
    assert marker.subscript is not None
    axes: list[list[int]] = []
    for item in _items(marker.subscript):
        index = item.lower if isinstance(item, ast.Slice) else item
        if index is None or isinstance(index, ast.Constant) or number(index) is not None:
            return _constant(tree, marker)
        loop = _loop(module, tree, marker, index.id) if isinstance(index, ast.Name) else None
        if isinstance(item, ast.Slice):
            values = _given(module, tree, marker, item)
        else:
            values = loop.numbers if loop is not None else None
        if not values and loop is not None and _is_broken(module, tree, loop, broken):
            return None
        if not values or (loop is not None and _holds_others(module, tree, loop)):
            return _unknown(module, tree, marker, item, loop)
        if isinstance(item, ast.Slice) and loop is not None and loop.numbers is not None:
            beyond = [number for number in loop.numbers if number not in values]
            if beyond and not _may_skip(tree, marker, loop):
                return _beyond(tree, marker, index, beyond[-1], len(values))
        axes.append(values)
    if math.prod(map(len, axes)) > MOST:
        text = f"this marker would draw more than {MOST} values, the limit"
        indices = [tree.one_line(one) for one in index_expressions(marker.subscript)]
        few = marker.written(f"{tree.one_line(marker.call)}[{indices[0]} % {FEW}:{FEW}]")
        help = (
            f"share each value among several: {few}"
            if len(indices) == 1
            else "use fewer indices, or shorter loops"
        )
        return error(Code.SUBSCRIPTED_DRAW, text, marker.span, help)
    return tuple(itertools.product(*axes))


def _is_broken(module: Module, tree: Tree, loop: _Loop, broken: Collection[Span]) -> bool:
    """Tell whether a loop's expression, or what is assigned to a name in it, holds an invalid marker."""
    sources = [loop.source]
    for node in ast.walk(loop.source):
        if isinstance(node, ast.Name) and (value := _assigned_once(module, tree, loop.node, node.id)):
            sources.append(value)
    return any(span.inside(tree.span(source)) for source in sources for span in broken)


def _items(subscript: ast.expr) -> list[ast.expr]:
    return subscript.elts if isinstance(subscript, ast.Tuple) else [subscript]


def _constant(tree: Tree, marker: Marker) -> Diagnostic:
    assert marker.subscript is not None
    call, place = tree.one_line(marker.call), tree.span(marker.call)
    text = "an index inside a marker must be a loop variable"
    if _draws_numbers(marker):
        outer = tree.parents[marker.subscript]
        assert isinstance(outer, ast.Subscript)
        index = Edit(Span(place.part, place.end, tree.span(outer).end), "")
        return error(Code.SUBSCRIPTED_DRAW, text, marker.span, f"write {marker.written(call)}", (index,))
    help = "for an item of the drawn value, write the index outside: "
    value = tree.one_line(marker.value) if marker.value is not None else f"({{{{{call}}}}})"
    outside = f"{value}[{tree.one_line(marker.subscript)}]"
    return error(Code.SUBSCRIPTED_DRAW, text, marker.span, help + outside)


def _draws_numbers(marker: Marker) -> bool:
    """Tell whether all that a marker can draw are numbers, which have no items."""
    if marker.distribution not in CHOICES:
        return True
    given = [*marker.call.args, *(keyword.value for keyword in marker.call.keywords)][:1]
    options = _options(given[0] if given else None)
    return bool(options) and all(number(option) is not None for option in options)


def _unknown(module: Module, tree: Tree, marker: Marker, item: ast.expr, loop: _Loop | None) -> Diagnostic:
    """Report an unknown number of draws; the help takes the number from a range in the loop's expression."""
    index = item.lower if isinstance(item, ast.Slice) and item.lower is not None else item
    name = tree.one_line(index)
    text = f"how many values {name} takes is not known before the trial"
    if loop is not None and not _counts(loop, name) and not isinstance(loop.node, ast.AsyncFor):
        text = f"an index counts from 0, and {name} is an item of {tree.one_line(loop.source)}"
        return error(Code.SUBSCRIPTED_DRAW, text, marker.span, *_numbered(module, tree, marker, item, loop))
    most = 8
    if loop is not None and not _calls(loop.source, "range", "enumerate"):
        text += f": its loop is over {tree.one_line(loop.source)}, not over range(...)"
        for node in ast.walk(loop.source):
            if isinstance(node, ast.Call) and _calls(node, "range"):
                most = max(_range(module, tree, marker, node.args) or [7]) + 1
    help = f"say at most how many: {_marker_text(tree, marker, item, f'{name}:{max(most, 1)}')}"
    return error(Code.SUBSCRIPTED_DRAW, text, marker.span, help)


def _marker_text(tree: Tree, marker: Marker, item: ast.expr, text: str) -> str:
    """Return a marker with another text for one of its indices."""
    assert marker.subscript is not None
    texts = [text if one is item else tree.one_line(one) for one in _items(marker.subscript)]
    return marker.written(f"{tree.one_line(marker.call)}[{', '.join(texts)}]")


def _counts(loop: _Loop, name: str) -> bool:
    """Tell whether a loop gives a name whole numbers from a range, or as ``enumerate`` counts."""
    match loop.target:
        case ast.Tuple(elts=[ast.Name(id=first), *_]) if _calls(loop.source, "enumerate"):
            return first == name
    return any(isinstance(node, ast.Call) and _calls(node, "range") for node in ast.walk(loop.source))


def _holds_others(module: Module, tree: Tree, loop: _Loop) -> bool:
    """Tell whether a loop is over written items that are no whole numbers."""
    items = _written(module, tree, loop)
    return loop.numbers is None and any(is_literal(item) and _whole(item) is None for item in items)


def _written(module: Module, tree: Tree, loop: _Loop) -> list[ast.expr]:
    """Return the items of a loop that are written out, in the loop or where its name is assigned."""
    source: ast.expr | None = loop.source
    if isinstance(source, ast.Name):
        source = _assigned_once(module, tree, loop.node, source.id)
    return source.elts if isinstance(source, (ast.List, ast.Tuple)) else []


def _numbered(
    module: Module, tree: Tree, marker: Marker, item: ast.expr, loop: _Loop
) -> tuple[str, tuple[Edit, ...]]:
    """Return the help and the edits that count the iterations of a loop with ``enumerate``."""
    target, source = tree.one_line(loop.target), tree.one_line(loop.source)
    index, head = next(name for name in _counters() if name not in _names(tree)), ""
    match loop.target:
        case ast.Tuple(elts=[ast.Name(id=name), *_]) if _calls(loop.source, "enumerate"):
            index = name
        case ast.Tuple() if not target.startswith("("):
            head = f"{index}, ({target})"
        case _:
            head = f"{index}, {target}"
    items = _written(module, tree, loop)
    displayed = isinstance(loop.source, (ast.List, ast.Tuple))
    known = index if displayed else f"{index}:{len(items) or 8}"
    text = _marker_text(tree, marker, item, known)
    edits = [Edit(tree.span(item), known)]
    if head:
        counted = f"enumerate({source})"
        edits += [Edit(tree.span(loop.target), head), Edit(tree.span(loop.source), counted)]
        text = f"{text} under for {head} in {counted}"
    return f"write {text}", tuple(edits) if items else ()


def _counters() -> Iterator[str]:
    """Yield names for a counter, the usual ones first."""
    yield from ("i", "j", "k", "n", "index")
    yield from (f"index_{number}" for number in itertools.count(1))


def _names(tree: Tree) -> set[str]:
    return {node.id for node in tree.parents if isinstance(node, ast.Name)}


def _calls(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in names


def _beyond(tree: Tree, marker: Marker, index: ast.expr, reached: int, count: int) -> Diagnostic:
    name = tree.one_line(index)
    text = f"{name} reaches {reached}, but this marker draws only for 0 to {count - 1}"
    help = f"let the loop decide: [{name}]"
    return error(Code.SUBSCRIPTED_DRAW, text, marker.span, help)


def item_of_a_number(tree: Tree, marker: Marker, draw: DrawCall) -> Diagnostic | None:
    """Warn about ``{{choice([1, 2])}}[i]``, which takes an item of the drawn number, and fails."""
    parent = tree.parents[marker.node]
    if not isinstance(parent, ast.Subscript) or parent.value is not marker.node:
        return None
    options = [option.node for option in draw.options or ()]
    if draw.listing is not None or not all(number(option) is not None for option in options):
        return None
    index = tree.one_line(parent.slice)
    known = number(parent.slice) is not None
    call = tree.one_line(marker.call)
    one_each = f"for one value for each {index} write {marker.written(f'{call}[{index}]')}"
    help = "remove the index" if known else one_each
    text = "this takes an item of a number that is drawn"
    return warning(Code.SUBSCRIPTED_DRAW, text, tree.span(parent), help)


def _given(module: Module, tree: Tree, marker: Marker, item: ast.Slice) -> list[int] | None:
    """Return the values of ``[i:8]``: 0 to 7."""
    if item.upper is None or item.step is not None:
        return None
    count = _largest(module, tree, marker.node, item.upper)
    return _first(range(count)) if count is not None else None


def _first(numbers: range) -> list[int]:
    """Return at most one number more than may be drawn; the rest of a huge range is not counted."""
    return list(numbers[: MOST + 1])


@dataclass(frozen=True, eq=False)
class _Loop:
    """Loop that binds an index: the node around its body, target, iterable, and its numbers if known."""

    node: ast.AST
    target: ast.expr
    source: ast.expr
    numbers: list[int] | None


def _loop(module: Module, tree: Tree, marker: Marker, name: str) -> _Loop | None:
    """Return the innermost loop around the marker that binds a name; None if something else binds it."""
    for child, parent in tree.ancestors(marker.node):
        loops: list[tuple[ast.expr, ast.expr]] = []
        match parent:
            case ast.For(target=target, iter=source) | ast.AsyncFor(target=target, iter=source):
                loops = [(target, source)] if child is not source else []
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                loops = [(one.target, one.iter) for one in reversed(parent.generators)]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if name in _parameters(parent):
                return None
        for target, source in loops:
            if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target)):
                return _Loop(parent, target, source, _bound(module, tree, marker, target, source, name))
    return None


def _may_skip(tree: Tree, marker: Marker, loop: _Loop) -> bool:
    """Return True if an iteration may skip the marker."""
    around = itertools.takewhile(
        lambda parent: parent is not loop.node, (p for _, p in tree.ancestors(marker.node))
    )
    return any(isinstance(parent, _GUARDS) for parent in around) or any(
        isinstance(node, _LEAVING) or (isinstance(node, ast.comprehension) and node.ifs)
        for node in ast.walk(loop.node)
    )


def _bound(
    module: Module, tree: Tree, marker: Marker, target: ast.expr, source: ast.expr, name: str
) -> list[int] | None:
    """Return the values of `name` if ``for target in source`` binds it to whole numbers."""
    if not isinstance(source, ast.Call) or source.keywords:
        return None
    called = last_name(source.func)
    match target:
        case ast.Name(id=bound) if bound == name and called == "range":
            return _range(module, tree, marker, source.args)
        case ast.Tuple(elts=[ast.Name(id=bound), *_]) if bound == name and called == "enumerate":
            return _enumerated(module, tree, marker, source.args)
    return None


def _range(module: Module, tree: Tree, marker: Marker, arguments: list[ast.expr]) -> list[int] | None:
    ends = [_largest(module, tree, marker.node, argument) for argument in arguments]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends) or not 1 <= len(known) <= 3 or known[2:] == [0]:
        return None
    return _first(range(*known))


def _enumerated(module: Module, tree: Tree, marker: Marker, arguments: list[ast.expr]) -> list[int] | None:
    match arguments:
        case [ast.List(elts=items) | ast.Tuple(elts=items)]:
            return list(range(len(items)))
        case [ast.Call(func=ast.Name(id="range"), args=inner)]:
            counted = _range(module, tree, marker, inner)
            return list(range(len(counted))) if counted is not None else None
        case [ast.Name() as name]:
            listed = _listed(module, tree, name)
            return list(range(len(listed))) if listed is not None else None
    return None


def _listed(module: Module, tree: Tree, node: ast.expr) -> list[ast.expr] | None:
    """Return the items of a list that is written out, perhaps under a name that stands for nothing else."""
    try:
        value = LocalValues(module, tree, None, ()).inlined(node)
    except UnknownValueError:
        return None
    if isinstance(value, ast.Name) and not module.facts.changers.get(value.id):
        binders = module.binders.get(value.id, [])
        value = _only_value(ast.walk(binders[0].node), value.id) or value if len(binders) == 1 else value
    match value:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return None if any(isinstance(item, ast.Starred) for item in items) else items
    return None


def _largest(
    module: Module, tree: Tree, place: ast.AST, node: ast.expr, seen: frozenset[str] = frozenset()
) -> int | None:
    """Return the largest known value of an expression: a number, a constant, a marker.

    `seen` are the names on the way; a name defined by itself has no value.
    """
    value = _whole(node)
    if value is not None:
        return value
    match node:
        case ast.Name(id=name) if name not in seen:
            source = _assigned_once(module, tree, place, name)
            return _largest(module, tree, place, source, seen | {name}) if source is not None else None
        case ast.Call(func=ast.Name(id="len"), args=[listed], keywords=[]):
            items = _listed(module, tree, listed)
            return len(items) if items is not None else None
        case ast.Call(func=ast.Name(id="int" | "round"), args=[inner], keywords=[]):
            return _largest(module, tree, place, inner, seen)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right):
            first, second = _largest(module, tree, place, left, seen), _whole(right)
            if first is None or second is None or second < 0:
                return None
            return {ast.Add: first + second, ast.Sub: first - second}.get(type(op), first * second)
        case ast.Set(elts=[ast.Set(elts=[ast.Call() as call])]):
            return _largest_draw(call)
    return None


def _largest_draw(call: ast.Call) -> int | None:
    """Return the largest value that a marker draws, if its bounds are written out."""
    distribution = last_name(call.func) or ""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    bound = dict(zip(SIGNATURES.get(distribution, ()), call.args, strict=False)) | named
    if distribution in CHOICES:
        return _largest_option(next(iter(bound.values()), None))
    high = _whole(bound.get("high", bound.get("low")))
    if distribution == "randint":
        return high - 1 if high is not None else None
    return high if distribution in ("uniformint", "quniform") else None


def _whole(node: ast.expr | None) -> int | None:
    value = number(node) if node is not None else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value


def _options(listed: ast.expr | None) -> list[ast.expr]:
    """Return the written options of a choice; in a ``pchoice`` each is in a pair."""
    items = listed.elts if isinstance(listed, (ast.List, ast.Tuple)) else []
    return [item.elts[-1] if isinstance(item, ast.Tuple) and item.elts else item for item in items]


def _largest_option(listed: ast.expr | None) -> int | None:
    """Return the largest of options that are all whole numbers."""
    options = _options(listed)
    values = [value for value in map(_whole, options) if value is not None]
    return max(values) if values and len(values) == len(options) else None


def _assigned_once(module: Module, tree: Tree, place: ast.AST, name: str) -> ast.expr | None:
    """Return the single assigned value of a name: in the function around `place`, else in the module."""
    for _, parent in tree.ancestors(place):
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) and name in bound_names(parent):
            return _only_value(own_nodes(parent), name) if name not in _parameters(parent) else None
    binders = module.binders.get(name, [])
    return _only_value(ast.walk(binders[0].node), name) if len(binders) == 1 else None


def _only_value(nodes: Iterable[ast.AST], name: str) -> ast.expr | None:
    """Return the assigned value of a name, if nothing else ever binds it."""
    values: list[ast.expr] = []
    stores = 0
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                values.append(value)
            case ast.Name(id=target, ctx=ast.Store()) if target == name:
                stores += 1
    return values[0] if len(values) == stores == 1 else None


def _parameters(function: ast.AST) -> set[str]:
    assert isinstance(function, _SCOPES)
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {argument.arg for argument in every}
